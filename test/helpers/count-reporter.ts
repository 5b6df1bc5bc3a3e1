import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with the one line that machines read. */
// oxlint-disable-next-line import/no-default-export -- vitest loads reporters by their default export
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    // A run in which nothing was tested, because its set-up failed, is not a good one.
    if (count.passed + count.failed + count.skipped + count.pending === 0) count.failed = 1;
    process.stdout.write(`\n${count.passed} passed, ${count.failed + count.pending} failed\n`);
  }
}
