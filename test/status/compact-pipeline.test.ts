import { expect, test } from 'vitest';
import type { PipelineStatus, StepStatus, StepTaskStatus } from '../../src/contracts/pipeline.ts';
import { pipelineStatusSchema } from '../../src/contracts/pipeline.ts';
import { compactPipeline, MOST_SHOWN_TASKS } from '../../src/status/compact-pipeline.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { TASK_ID } from '../helpers/api-rig.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const item = (status: StepTaskStatus['status']): StepTaskStatus => ({
  task_id: TASK_ID,
  status,
  progress: 0,
  phase: status,
  started_at: null,
  finished_at: null,
  result: null,
  error: null,
});
const pipelineOf = (count: number, status: StatusRecord['status'] = 'processing'): StatusRecord => {
  const items = Array.from({ length: count - 1 }, (_, index) => item(index % 2 === 0 ? 'completed' : 'pending'));
  const head = { task_type: 'comfyui', on_error: 'fail' } as const;
  const steps: Record<string, StepStatus> = {
    sole: { ...head, ...item('completed'), result: { files: [] } as unknown as StepTaskStatus['result'] },
    many: { ...head, status: 'processing', progress: 0.5, items, result: [], error: null },
  };
  const result: PipelineStatus = { steps, output: null };
  return { ...blankRecord, taskType: 'pipeline', status, result };
};
const resultOf = ({ result }: StatusRecord) => result as PipelineStatus & { compact?: true };

test('A small pipeline, an ended one, and one with `full=true` are shown in full', () => {
  for (const [record, full] of [
    [pipelineOf(MOST_SHOWN_TASKS), undefined],
    [pipelineOf(500, 'completed'), undefined],
    [pipelineOf(500), true],
    [blankRecord, undefined],
  ] as const)
    expect(compactPipeline(record, full)).toBe(record);
});

test('A large pipeline that runs is counted, and so is any whose compact status is asked for', () => {
  for (const [count, full] of [
    [MOST_SHOWN_TASKS + 1, undefined],
    [3, false],
  ] as const) {
    const compact = resultOf(compactPipeline(pipelineOf(count), full));
    expect(compact.compact).toBe(true);
    expect(compact.steps['sole']).toMatchObject({ status: 'completed', result: null });
    const completed = Math.ceil((count - 1) / 2);
    expect(compact.steps['many']).toMatchObject({
      items: null,
      result: null,
      item_counts: { total: count - 1, completed, pending: count - 1 - completed, processing: 0, failed: 0 },
    });
    expect(pipelineStatusSchema.safeParse(compact).error).toBeUndefined();
  }
});
