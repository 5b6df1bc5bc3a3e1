import { expect, test } from 'vitest';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import { AppError } from '../../src/errors.ts';
import { itemsNote, readNotes, refusedNote } from '../../src/pipelines/plan.ts';
import { stepTaskId } from '../../src/pipelines/step-task-id.ts';
import { composePipeline, taskIdsOf } from '../../src/status/compose-pipeline.ts';
import { createReadPipeline } from '../../src/status/read-pipeline.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const base: StatusRecord = {
  ...blankRecord,
  taskType: 'comfyui',
};
const step = (id: string, more: Partial<StepPlan> = {}): StepPlan => ({
  id,
  taskType: 'comfyui',
  onError: 'fail',
  after: [],
  ...more,
});
const pipeline = (plan: StepPlan[], more: Partial<StatusRecord> = {}) => ({
  ...base,
  taskType: 'pipeline' as const,
  plan,
  ...more,
});
const made = { files: [], texts: [], seed: 1, prompt_id: 'p', cached: false, ignored_params: [] };
const done: StatusRecord = { ...base, status: 'completed', progress: 1, result: made };
const running: StatusRecord = { ...base, status: 'processing', progress: 0.5, startedAt: '2026-01-04T09:00:05.000Z' };
const failed: StatusRecord = { ...base, status: 'failed', result: { error: new AppError('vram_exhausted').body } };
const tasks = (given: Record<string, StatusRecord>) =>
  new Map(
    Object.entries(given).map(([place, record]) => {
      const [id = '', index] = place.split(' ');
      return [stepTaskId(ID, id, index === undefined ? null : Number(index)), record];
    }),
  );

test('A pipeline of which nothing has begun is pending', () => {
  expect(composePipeline(ID, pipeline([step('a'), step('b')]), new Map())).toMatchObject({
    status: 'pending',
    progress: 0,
    startedAt: null,
    result: { output: null, steps: { a: { status: 'pending', phase: 'not started' } } },
  });
});

test('A pipeline is processing since its first task began, and its progress is the average of its steps', () => {
  const plan = [step('a'), step('b'), step('c', { items: 4 }), step('d', { items: null })];
  const whole = composePipeline(ID, pipeline(plan), tasks({ a: done, b: running, 'c 0': done }));
  expect(whole).toMatchObject({ status: 'processing', phase: 'running b', startedAt: '2026-01-04T09:00:05.000Z' });
  expect(whole.progress).toBeCloseTo((1 + 0.5 + 0.25 + 0) / 4);
  expect(whole.result).toMatchObject({
    steps: {
      c: { status: 'processing', items: [{ status: 'completed' }, {}, {}, {}], result: null },
      d: { items: null },
    },
  });
});

test('A pipeline without running tasks says whether it waits for its turn or for an engine', () => {
  const plan = [step('a', { items: 2 }), step('b')];
  const queued = composePipeline(ID, pipeline(plan), tasks({ 'a 0': done, 'a 1': base }));
  expect(queued).toMatchObject({ status: 'processing', phase: 'waiting for its steps', waiting: null });
  const waiting = {
    for: 'comfyui',
    since: '2026-01-04T09:00:05.000Z',
    reason: 'Connection refused',
    hint: 'Start it',
  } as const;
  const away: StatusRecord = { ...base, phase: 'waiting for ComfyUI', waiting };
  expect(composePipeline(ID, pipeline(plan), tasks({ 'a 0': done, 'a 1': away }))).toMatchObject({
    status: 'processing',
    phase: 'waiting for ComfyUI',
    waiting,
  });
  expect(composePipeline(ID, pipeline(plan), tasks({ 'a 0': running, 'a 1': away }))).toMatchObject({
    phase: 'running a',
    waiting: null,
  });
});

test('A for_each step gives results in order, and fails with its first error unless failures are skipped', () => {
  const many = { 'a 0': done, 'a 1': failed };
  const fails = composePipeline(ID, pipeline([step('a', { items: 2 })]), tasks(many)).result;
  expect(fails).toMatchObject({ steps: { a: { status: 'failed', error: { code: 'vram_exhausted' } } } });
  const skips = composePipeline(ID, pipeline([step('a', { items: 2, onError: 'skip' })]), tasks(many));
  expect(skips).toMatchObject({ progress: 1, result: { steps: { a: { status: 'completed', result: [made, null] } } } });
});

test('In a pipeline that is over, a step of which some items never began is not processing for ever', () => {
  const error = new AppError('terminated').body;
  const over = pipeline([step('a', { items: 3 }), step('b', { items: 2 })], { status: 'failed', result: { error } });
  expect(composePipeline(ID, over, tasks({ 'a 0': done, 'a 1': failed, 'b 0': done }))).toMatchObject({
    status: 'failed',
    phase: 'failed',
    result: { error, steps: { a: { status: 'failed' }, b: { status: 'pending', result: null } } },
  });
});

test('A list without items is a step that is done', () => {
  const whole = composePipeline(ID, pipeline([step('a', { items: 0 })]), new Map());
  expect(whole.result).toMatchObject({ steps: { a: { status: 'completed', items: [], result: [], progress: 1 } } });
});

test('The record on the workflow is enough to restore the plan after Redis has lost it', () => {
  const error = new AppError('step_invalid', 'payload.prompt: expected a prompt').body;
  const notes = { ...itemsNote('a', 3), ...refusedNote('a', '1', error), ...refusedNote('b', '', error), priority: 3 };
  expect(readNotes([step('a', { items: null }), step('b'), step('ab')], notes)).toEqual([
    step('a', { items: 3, refused: { '1': error } }),
    step('b', { refused: { '': error } }),
    step('ab'),
  ]);
});

test('Temporal is asked only for tasks that should have begun, and not for those that wait for others', async () => {
  const stored = tasks({ a: done });
  const asked: string[] = [];
  const plan = [step('a'), step('b', { after: ['a'] }), step('c', { after: ['b'] })];
  const [taskB = ''] = plan.slice(1, 2).flatMap((one) => taskIdsOf(ID, one));
  const readPipeline = createReadPipeline({
    store: { read: (id) => Promise.resolve(stored.get(id) ?? null) },
    listStepTasks: () => Promise.resolve([taskB]),
    readStatus: (id) => {
      asked.push(id);
      return Promise.resolve(running);
    },
  });
  expect((await readPipeline(ID, pipeline(plan))).result).toMatchObject({ steps: { b: { status: 'processing' } } });
  expect(asked).toEqual([taskB]);
  stored.set(taskB, running);
  await readPipeline(ID, pipeline(plan));
  expect(asked).toEqual([taskB]);
});

test('A pipeline whose tasks are unknown still has a status', async () => {
  const away = () => Promise.reject(new Error('away'));
  const readPipeline = createReadPipeline({ store: { read: away }, listStepTasks: away, readStatus: away });
  expect(await readPipeline(ID, pipeline([step('a')]))).toMatchObject({ status: 'pending' });
});
