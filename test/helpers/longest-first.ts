import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first. */
export const LONG: readonly string[] = [
  'drivers/cosyvoice/kills.test.ts',
  'drivers/comfyui/prompt/unclear-answers.test.ts',
  'drivers/remotion/preflight/preflight.test.ts',
  'voices/voice-library.test.ts',
  'drivers/cosyvoice/pace.test.ts',
  'drivers/comfyui/loops.test.ts',
  'assets/foreign-media.test.ts',
  'speech/read-script.test.ts',
  'drivers/cosyvoice/faults.test.ts',
  'workflows-temporal/replay.test.ts',
  'crashes.e2e.test.ts',
  'status/lost-databases.e2e.test.ts',
  'gpu/two-workers.e2e.test.ts',
  'watchdog/held-stack.e2e.test.ts',
  'local/demo.e2e.test.ts',
  'comfyui-tasks.e2e.test.ts',
  'local/start.e2e.test.ts',
  'pipelines.e2e.test.ts',
  'drivers/remotion/chunks.e2e.test.ts',
  'drivers/remotion/process.e2e.test.ts',
  'watchdog/watchdog.e2e.test.ts',
  'workflows-temporal/many-refusals.e2e.test.ts',
  'cosyvoice-tasks.e2e.test.ts',
  'drivers/remotion/sandbox.e2e.test.ts',
  'temporal/lost-namespace.e2e.test.ts',
  'golden/golden.e2e.test.ts',
];
const TESTS = path.dirname(import.meta.dirname);

function place({ moduleId }: TestSpecification): number {
  const name = path.relative(TESTS, moduleId).replaceAll(path.sep, '/');
  const index = LONG.indexOf(name);
  return index < 0 ? LONG.length : index;
}

/**
 * Begins with the longest files also where Vitest has no times of earlier runs, so that none of them runs alone at the
 * end.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files);
    return sorted.toSorted(
      (a, b) => a.project.config.sequence.groupOrder - b.project.config.sequence.groupOrder || place(a) - place(b),
    );
  }
}
