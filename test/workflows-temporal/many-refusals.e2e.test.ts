import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPipelineRig, itemsOf, type PipelineRig } from '../helpers/pipeline-rig.ts';

/** Enough that their notes would be more than the server takes of a memo, which is 2 MB. */
const ITEMS = 400;
/** Of three bytes each. */
const COMPLAINT = '错'.repeat(2000);

let rig: PipelineRig;
beforeAll(async () => {
  rig = await createPipelineRig(() => Promise.resolve(), { most: ITEMS + 1, complaint: COMPLAINT });
});
afterEach(() => rig.clear());
afterAll(() => rig.stop());

test(
  'A pipeline whose items are all refused and skipped completes, and each item gives its long reason',
  { timeout: 300_000 },
  async () => {
    const first = { id: 'first', task_type: 'comfyui', payload: { prompt: 'first' } };
    const many = {
      id: 'many',
      task_type: 'comfyui',
      for_each: Array.from({ length: ITEMS }, (_, index) => index),
      on_error: 'skip',
      // A number, as only the run will know.
      payload: { prompt: { $from: 'first.seed' } },
    };
    const id = await rig.submitPipeline({ steps: [first, many], output: { $from: 'first.seed' } });
    expect(await rig.end(id)).toEqual({ output: 7 });
    await rig.reconcile();
    const { result, status } = await rig.status(id);
    expect(status).toBe('completed');
    const items = itemsOf(result, 'many');
    expect(items).toHaveLength(ITEMS);
    for (const { error } of items) {
      expect(error?.code).toBe('step_invalid');
      expect(error?.message).toContain('payload.prompt: 错错错');
    }
  },
);
