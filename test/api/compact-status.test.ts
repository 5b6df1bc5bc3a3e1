import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import { composePipeline } from '../../src/status/compose-pipeline.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const plan: StepPlan[] = [{ id: 'pictures', taskType: 'comfyui', onError: 'fail', after: [], items: 200 }];
const record: StatusRecord & { plan: StepPlan[] } = { ...blankRecord, taskType: 'pipeline', plan };

let api: ApiRig;
beforeAll(async () => {
  api = await startApi({
    readStatus: () => Promise.resolve(record),
    readPipeline: () => Promise.resolve(composePipeline(TASK_ID, record, new Map())),
  });
});
afterAll(() => api.close());

interface Body {
  result: { compact?: true; steps: { pictures: { items: unknown[] | null; item_counts?: object } } };
}
const ask = async (query: string): Promise<{ bytes: number; result: Body['result'] }> => {
  const text = await (await fetch(`${api.base}/task_status/${TASK_ID}${query}`)).text();
  return { bytes: text.length, result: (JSON.parse(text) as Body).result };
};

test('A poll of a pipeline of 200 tasks is short, and the full status is available', async () => {
  const { bytes, result } = await ask('');
  expect(bytes).toBeLessThan(2000);
  expect(result).toMatchObject({
    compact: true,
    steps: { pictures: { items: null, item_counts: { total: 200, pending: 200 } } },
  });
  const full = await ask('?full=true');
  expect(full.result.compact).toBeUndefined();
  expect(full.result.steps.pictures.items).toHaveLength(200);
  expect((await fetch(`${api.base}/task_status/${TASK_ID}?full=perhaps`)).status).toBe(422);
});
