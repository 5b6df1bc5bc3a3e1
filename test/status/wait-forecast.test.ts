import { describe, expect, test } from 'vitest';
import type { StepPlan } from '../../src/contracts/pipeline.ts';
import { timeWait } from '../../src/contracts/time-wait.ts';
import { stepTaskId } from '../../src/pipelines/step-task-id.ts';
import { composePipeline } from '../../src/status/compose-pipeline.ts';
import { createWaitForecast, type WaitForecast, type WaitForecastDeps } from '../../src/status/wait-forecast.ts';
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
    readObstacles: () => Promise.resolve({ waiting: null, control: null, inHand: null }),
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

describe('A task that waits for its turn', () => {
  const turn = createWith({ readPause: () => Promise.resolve(null) });
  const at = (position: number | null): Partial<WaitForecastDeps> => ({
    readPause: () => Promise.resolve(null),
    queue: {
      positionOf: () => Promise.resolve(position),
      read: () => Promise.resolve({ count: 0, waiting: [], running: [] }),
    },
  });
  const told = async (of: WaitForecast, record: StatusRecord) =>
    statusBody(ID, record, await of.ofTask(ID, record)).waiting;
  const queued: StatusRecord = { ...blankRecord, queuedAt: '2026-01-04T09:00:03.000Z' };

  test('says so, with its place', async () => {
    expect(await told(turn, queued)).toMatchObject({
      for: 'turn',
      since: queued.queuedAt,
      reason: 'It waits for its turn: it is the next one',
    });
    expect(await told(createWith(at(7)), queued)).toMatchObject({ reason: 'It waits for its turn: 6 run before it' });
  });

  test('has the place that was read with its record; only where none was read, the queue is asked', async () => {
    const placed = createWith(at(7));
    expect(await placed.ofTask(ID, { ...queued, position: 2 })).toMatchObject({ position: 2 });
    expect(await placed.ofTask(ID, { ...queued, position: null })).toMatchObject({ position: null });
    expect(await placed.ofTask(ID, queued)).toMatchObject({ position: 7 });
  });

  test('says when it starts, where that is known', () => {
    const eta = { min: 30, max: 75 };
    expect(
      statusBody(ID, queued, { position: 2, eta, pause: null, obstacle: null, serverAway: false }).waiting?.reason,
    ).toBe('It waits for its turn: 1 run before it; it starts in about 30 to 75 s');
  });

  test('says that its place is not known, while neither Redis nor Temporal tells it', async () => {
    expect(await told(createWith(at(null)), queued)).toMatchObject({
      for: 'turn',
      reason: 'It waits for its turn',
      hint: 'Its place in the queue is not known at the moment.',
    });
  });

  test('says that Temporal is away, while it is', async () => {
    const away = createWith({ ...at(1), readPause: () => Promise.reject(new Error('away')) });
    expect(await told(away, queued)).toMatchObject({
      for: 'turn',
      reason: expect.stringMatching(/the Temporal server, .*, does not answer$/) as string,
      hint: expect.stringMatching(/^It keeps its place\. For the operator: /) as string,
    });
  });

  test('is told for a pipeline too, with the place of its first step in line', async () => {
    const pipeline = half({ status: 'pending', phase: 'queued' });
    const asked: string[] = [];
    const of = createWith({
      ...at(3),
      queue: {
        positionOf: (taskId) => {
          asked.push(taskId);
          return Promise.resolve(3);
        },
        read: () => Promise.resolve({ count: 0, waiting: [], running: [] }),
      },
    });
    expect(await told(of, pipeline)).toMatchObject({
      for: 'turn',
      reason: 'The pipeline waits for the turn of its steps: 2 run before it',
    });
    expect(asked).toEqual([stepTaskId(ID, 'b', null)]);
  });

  test.each(['processing', 'completed', 'failed'] as const)('does not say so when it is %s', async (status) => {
    expect(await told(turn, { ...queued, status })).toBeNull();
  });
});

test('A task that waits for its engine says that nobody can wake it, while no control worker runs', async () => {
  const waiting = { for: 'comfyui', since: pause.since, reason: 'away', hint: 'Start it' } as const;
  const record: StatusRecord = { ...blankRecord, waiting };
  const stuck = createWith({
    readObstacles: () => Promise.resolve({ waiting: obstacle, control: obstacle, inHand: null }),
  });
  expect(statusBody(ID, record, await stuck.ofTask(ID, record)).waiting).toMatchObject({ for: 'worker', ...obstacle });
  expect(statusBody(ID, record, await forecast.ofTask(ID, record)).waiting).toEqual(waiting);
});

test('A task that waits for its time says so, also while no worker runs', async () => {
  const until = '2026-01-04T10:00:00.000Z';
  const record: StatusRecord = { ...blankRecord, waiting: timeWait(pause.since, until) };
  const stuck = createWith({
    readObstacles: () => Promise.resolve({ waiting: obstacle, control: obstacle, inHand: null }),
  });
  expect(statusBody(ID, record, await stuck.ofTask(ID, record)).waiting).toMatchObject({ for: 'time', until });
});

test('A pause shows in a task that waits for its turn, and not in one that waits for its engine', async () => {
  const waiting = { for: 'comfyui', since: pause.since, reason: 'away', hint: 'Start it' } as const;
  expect(await forecast.ofTask(ID, blankRecord)).toMatchObject({ pause });
  expect(await forecast.ofTask(ID, { ...blankRecord, waiting })).toMatchObject({ pause: null });
});

test('A running task, not a pipeline, says that its worker is idle or gone, and keeps its phase', async () => {
  const stuck = createWith({
    readObstacles: () => Promise.resolve({ waiting: obstacle, control: null, inHand: obstacle }),
  });
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
    readObstacles: () => Promise.resolve({ waiting: obstacle, control: obstacle, inHand: null }),
  });
  expect(await stuck.ofTask(ID, blankRecord)).toMatchObject({ position: 1, eta: null, pause: null, obstacle });
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
