import { expect, test } from 'vitest';
import type { PipelineStatus, StepTaskStatus } from '../../../src/contracts/pipeline.ts';
import { createProgress } from '../../../src/local/demo/progress.ts';

const task = (change: Partial<StepTaskStatus>): StepTaskStatus => ({
  task_id: 'a',
  status: 'pending',
  progress: 0,
  phase: 'queued',
  started_at: null,
  finished_at: null,
  result: null,
  error: null,
  ...change,
});
const voice = (change: Partial<StepTaskStatus>): PipelineStatus => ({
  output: null,
  steps: { voice: { task_type: 'cosyvoice', on_error: 'fail', ...task(change) } },
});
const pictures = (items: StepTaskStatus[] | null): PipelineStatus => ({
  output: null,
  steps: {
    pictures: {
      task_type: 'comfyui',
      on_error: 'fail',
      status: 'pending',
      progress: 0,
      items,
      result: null,
      error: null,
    },
  },
});

test('A step says its phase, its quarters and its end, each once', () => {
  const said: string[] = [];
  const show = createProgress((line) => said.push(line));
  for (const change of [
    { status: 'pending' },
    { status: 'processing', phase: 'speaking' },
    { status: 'processing', phase: 'speaking', progress: 0.1 },
    { status: 'processing', phase: 'speaking', progress: 0.6 },
    { status: 'processing', phase: 'speaking', progress: 0.7 },
    { status: 'completed', progress: 1 },
    { status: 'completed', progress: 1 },
  ] as const)
    show(voice(change));
  expect(said).toEqual(['voice: speaking', 'voice: speaking, 50 %', 'voice: completed']);
});

test('A step of several tasks says how many are done', () => {
  const said: string[] = [];
  const show = createProgress((line) => said.push(line));
  const done = task({ status: 'completed' });
  for (const items of [null, [task({}), task({})], [done, task({})], [done, task({})], [done, done]])
    show(pictures(items));
  expect(said).toEqual(['pictures: 1 of 2', 'pictures: 2 of 2']);
});
