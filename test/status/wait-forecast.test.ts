import { describe, expect, test } from 'vitest';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import { stepTaskId } from '../../src/pipelines/step-task-id.ts';
import { composePipeline } from '../../src/status/compose-pipeline.ts';
import { createWaitForecast, type WaitForecastDeps } from '../../src/status/wait-forecast.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { createQueueWithFallback, type QueueReader } from '../../src/status/redis-queue.ts';
import { statusBody } from '../../src/status/status-body.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const pause = { by: 'ops', reason: 'new driver', since: '2026-01-04T09:00:00.000Z' };
const obstacle = { reason: 'No GPU worker is running', hint: 'Start one.' };
const createWith = (more: Partial<WaitForecastDeps> = {}) =>
  createWaitForecast({
    queue: {
      positionOf: () => Promise.resolve(1),
      read: () => Promise.resolve({ count: 0, waiting: [], running: [] }),
    },
    runTimes: { note: () => Promise.resolve(), usual: () => Promise.resolve(new Map()) },
    readPause: () => Promise.resolve(pause),
    listWorkers: () => Promise.resolve(['gpu-box:0']),
    readObstacles: () => Promise.resolve({ waiting: null, inHand: null }),
    now: () => new Date('2026-01-04T09:00:10.000Z'),
    ...more,
  });
const forecast = createWith();

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

test('A pause shows in a pipeline that waits for its next step, and not while a step runs', async () => {
  expect(await forecast.ofTask(ID, half({}))).toMatchObject({ pause });
  expect(await forecast.ofTask(ID, half({ status: 'processing' }))).toMatchObject({ pause: null });
});

test('A pause shows in a task that waits for its turn, and not in one that waits for its engine', async () => {
  const waiting = { for: 'comfyui', since: pause.since, reason: 'away', hint: 'Start it' } as const;
  expect(await forecast.ofTask(ID, blankRecord)).toMatchObject({ pause });
  expect(await forecast.ofTask(ID, { ...blankRecord, waiting })).toMatchObject({ pause: null });
});

test('A running task, not a pipeline, says that its worker is idle or gone, and keeps its phase', async () => {
  const stuck = createWith({ readObstacles: () => Promise.resolve({ waiting: obstacle, inHand: obstacle }) });
  const inHand: StatusRecord = { ...blankRecord, status: 'processing', phase: 'rendering', progress: 0.4 };
  const told = await stuck.ofTask(ID, inHand);
  expect(told).toEqual({ position: null, eta: null, pause: null, obstacle });
  expect(statusBody(ID, inHand, told)).toMatchObject({
    status: 'processing',
    phase: 'rendering',
    waiting: { for: 'worker', reason: 'No GPU worker is running' },
  });
  expect(await stuck.ofTask(ID, { ...inHand, taskType: 'pipeline' })).toMatchObject({ obstacle: null });
  expect(await stuck.ofTask(ID, { ...inHand, status: 'completed' })).toMatchObject({ obstacle: null });
});

test('Only a task that waits for its turn says that no worker takes tasks; a pause counts more', async () => {
  const stuck = createWith({
    readPause: () => Promise.resolve(null),
    readObstacles: () => Promise.resolve({ waiting: obstacle, inHand: null }),
  });
  expect(await stuck.ofTask(ID, blankRecord)).toEqual({ position: 1, eta: null, pause: null, obstacle });
  expect(await stuck.ofTask(ID, { ...blankRecord, status: 'processing' })).toMatchObject({ obstacle: null });
  const told = statusBody(ID, blankRecord, { position: 1, eta: null, pause: null, obstacle });
  expect(told).toMatchObject({
    status: 'pending',
    phase: 'waiting for a worker',
    waiting: { for: 'worker', since: null, ...obstacle },
  });
  expect(statusBody(ID, blankRecord, { position: 1, eta: null, pause, obstacle })).toMatchObject({
    phase: 'paused',
    waiting: { for: 'resume' },
  });
});

describe('The queue is read', () => {
  const at = (position: number): QueueReader => ({
    positionOf: () => Promise.resolve(position),
    read: () => Promise.resolve({ count: position, waiting: [], running: [] }),
  });
  const away = () => Promise.reject(new Error('away'));
  const read = async (redis: QueueReader, refused: string | null) => {
    const either = createQueueWithFallback({
      queue: redis,
      fallback: at(2),
      redisWriteRefusal: () => Promise.resolve(refused),
    });
    return [await either.positionOf(ID), (await either.read()).count];
  };

  test.each([
    ['from Redis while that is there and takes writes', at(1), null, 1],
    ['from Temporal while Redis refuses writes, since its own is out of date', at(1), 'it is a replica', 2],
    ['from Temporal while Redis is away', { positionOf: away, read: away }, null, 2],
  ])('%s', async (_, redis, refused, position) => {
    expect(await read(redis, refused)).toEqual([position, position]);
  });
});
