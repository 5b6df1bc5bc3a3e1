import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes half a minute or more on two quiet cores, longest first. */
const LONG = [
  'crashes',
  'status/lost-databases',
  'gpu/two-workers',
  'watchdog/held-stack',
  'local/demo',
  'comfyui-tasks',
  'local/start',
  'pipelines',
  'drivers/remotion/chunks',
  'drivers/remotion/process',
  'watchdog/watchdog',
  'workflows-temporal/many-refusals',
  'cosyvoice-tasks',
  'drivers/remotion/sandbox',
  'temporal/lost-namespace',
  'golden/golden',
];

function place({ moduleId }: TestSpecification): number {
  const name = path.relative(import.meta.dirname, moduleId).replace(/^\.\.\/|\.e2e\.test\.ts$/g, '');
  const index = LONG.indexOf(name);
  return index < 0 ? LONG.length : index;
}

/** Begins with the longest end-to-end files also where Vitest has no times of earlier runs, so that none of them runs alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files);
    return sorted.toSorted(
      (a, b) => a.project.config.sequence.groupOrder - b.project.config.sequence.groupOrder || place(a) - place(b),
    );
  }
}
