import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, longest first. */
export const LONG: readonly string[] = [
  'drivers/remotion/sound/mix-soundtrack.test.ts',
  'drivers/comfyui/loops.test.ts',
  'drivers/cosyvoice/kills.test.ts',
  'drivers/comfyui/prompt/unclear-answers.test.ts',
  'drivers/remotion/preflight/preflight.test.ts',
  'voices/voice-library.test.ts',
  'assets/pictures/read-picture.test.ts',
  'drivers/cosyvoice/pace.test.ts',
  'assets/foreign-media.test.ts',
  'speech/read-script.test.ts',
  'drivers/cosyvoice/faults.test.ts',
  'workflows-temporal/replay.test.ts',
  'status/lost-databases.e2e.test.ts',
  'crashes.e2e.test.ts',
  'workflows-temporal/waiting.e2e.test.ts',
  'watchdog/held-stack.e2e.test.ts',
  'workflows-temporal/pipeline-workflow.e2e.test.ts',
  'drivers/remotion/process.e2e.test.ts',
  'comfyui-tasks.e2e.test.ts',
  'docs/new-engine.e2e.test.ts',
  'local/demo.e2e.test.ts',
  'cosyvoice-tasks.e2e.test.ts',
  'api/idempotency.e2e.test.ts',
  'gpu/two-workers.e2e.test.ts',
  'watchdog/watchdog.e2e.test.ts',
  'golden/random-films.e2e.test.ts',
  'drivers/remotion/chunks.e2e.test.ts',
  'workflows-temporal/many-refusals.e2e.test.ts',
  'local/start.e2e.test.ts',
  'workflows-temporal/pipeline-operator.e2e.test.ts',
  'pipelines.e2e.test.ts',
  'drivers/remotion/sound.e2e.test.ts',
  'drivers/remotion/ffmpeg-orphans.e2e.test.ts',
  'drivers/remotion/page.e2e.test.ts',
];
const TESTS = path.dirname(import.meta.dirname);

function place({ moduleId, project }: TestSpecification): number {
  const name = path.relative(TESTS, moduleId).replaceAll(path.sep, '/');
  const index = LONG.indexOf(name);
  return (project.name === 'e2e' ? LONG.length + 1 : 0) + (index < 0 ? LONG.length : index);
}

/**
 * Begins with the longest files also where Vitest has no times of earlier runs, so that none of them runs alone at the
 * end. The unit tests come first, so that a process runs files of both projects only once.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
