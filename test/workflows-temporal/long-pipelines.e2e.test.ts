import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createPipelineRig, itemsOf, type PipelineRig } from '../helpers/pipeline-rig.ts';

/** What each item carries: some thirty of them fill a history. */
const BIG = 'x'.repeat(400_000);
const ITEMS = Array.from({ length: 40 }, (_, index) => index);

let rig: PipelineRig;
beforeAll(async () => {
  rig = await createPipelineRig(({ what }) =>
    what.startsWith('broken') ? Promise.reject(new AppError('comfyui_refused', 'node 3')) : Promise.resolve(),
  );
});
afterEach(() => rig.clear());
afterAll(() => rig.stop());

test(
  'A pipeline whose inputs are too much for one history goes on in new runs and does each task once',
  { timeout: 300_000 },
  async () => {
    const picture = (id: string, prompt: string, more: object = {}) => ({
      id,
      task_type: 'comfyui',
      payload: { prompt },
      ...more,
    });
    const id = await rig.submitPipeline({
      priority: 30,
      steps: [
        picture('broken', 'broken', { on_error: 'skip' }),
        picture('first', 'first'),
        picture('many', `\${$item} ${BIG}`, { for_each: ITEMS, depends_on: ['broken', 'first'] }),
        picture('last', 'last', { depends_on: ['many'] }),
      ],
      output: { $from: 'many[39].seed' },
    });
    expect(await rig.end(id)).toEqual({ output: 7 });

    const { runId, raw } = await rig.handle(id).describe();
    expect(runId).not.toBe(raw.workflowExecutionInfo?.firstRunId);
    const done = rig.done.map((what) => what.slice(0, 10).split(' ')[0]);
    expect(new Set(done)).toEqual(new Set(['first', 'last', ...ITEMS.map(String)]));
    expect(done).toHaveLength(ITEMS.length + 2);
    expect(rig.log.filter((line) => line.includes('broken') && line.includes('ERROR')).length).toBeLessThan(2);

    await rig.allOver(id);
    await rig.reconcile();
    const { result, priority, status } = await rig.status(id);
    expect({ priority, status }).toEqual({ priority: 30, status: 'completed' });
    expect(result.steps['broken']).toMatchObject({ status: 'failed', error: { code: 'comfyui_refused' } });
    expect(itemsOf(result, 'many').map((item) => item.status)).toEqual(ITEMS.map(() => 'completed'));
  },
);
