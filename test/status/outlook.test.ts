import { expect, test } from 'vitest';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import { stepTaskId } from '../../src/pipelines/step-task-id.ts';
import { composePipeline } from '../../src/status/compose-pipeline.ts';
import { createOutlook } from '../../src/status/outlook.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const pause = { by: 'ops', reason: 'new driver', since: '2026-01-04T09:00:00.000Z' };
const outlook = createOutlook({
  line: {
    placeOf: () => Promise.resolve(null),
    look: () => Promise.resolve({ count: 0, waiting: [], running: [] }),
  },
  runTimes: { note: () => Promise.resolve(), usual: () => Promise.resolve(new Map()) },
  readPause: () => Promise.resolve(pause),
  listWorkers: () => Promise.resolve([]),
  now: () => new Date('2026-01-04T09:00:10.000Z'),
});

const plan: StepPlan[] = ['a', 'b'].map((id) => ({ id, taskType: 'comfyui', onError: 'fail', after: [] }));
const half = (b: Partial<StatusRecord>): StatusRecord =>
  composePipeline(
    ID,
    { ...blankRecord, taskType: 'pipeline', plan },
    new Map([
      [stepTaskId(ID, 'a', null), { ...blankRecord, status: 'completed', progress: 1 }],
      [stepTaskId(ID, 'b', null), { ...blankRecord, ...b }],
    ]),
  );

test('A pause is told to a pipeline that has begun and waits for its next step, and not while one runs', async () => {
  expect(await outlook.ofTask(ID, half({}))).toMatchObject({ pause });
  expect(await outlook.ofTask(ID, half({ status: 'processing' }))).toMatchObject({ pause: null });
});

test('A pause is told to a task that waits for its turn, and not to one that waits for its engine', async () => {
  const waiting = { for: 'comfyui', since: pause.since, reason: 'away', hint: 'Start it' } as const;
  expect(await outlook.ofTask(ID, blankRecord)).toMatchObject({ pause });
  expect(await outlook.ofTask(ID, { ...blankRecord, waiting })).toMatchObject({ pause: null });
});
