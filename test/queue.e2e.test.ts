import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { QueueBody } from '../src/contracts/queue.ts';
import type { TaskStatusBody } from '../src/contracts/task-status.ts';
import { AppError } from '../src/errors.ts';
import { createLineLogger } from '../src/logging.ts';
import { createWaitForecast } from '../src/status/wait-forecast.ts';
import { startReconciler } from '../src/status/start-reconciler.ts';
import { createRunTimes } from '../src/status/run-times.ts';
import { createQueueWithFallback, createRedisQueue } from '../src/status/redis-queue.ts';
import { createRedisWriteRefusal } from '../src/status/redis-write-refusal.ts';
import { createQueueControl, type QueueControl } from '../src/temporal/queue-control.ts';
import { createTemporalQueue } from '../src/status/temporal-queue.ts';
import { startApi, type ApiRig } from './helpers/api-rig.ts';
import { film } from './helpers/rendered-film.ts';
import { createTaskRig, type Render, type TaskRig } from './helpers/task-rig.ts';

const render = vi.fn<Render>();
const WAIT = { timeout: 60_000, interval: 50 };

let rig: TaskRig;
let api: ApiRig;
let control: QueueControl;
beforeAll(async () => {
  rig = await createTaskRig(
    (job, options) => render(job, options),
    () => Promise.reject(new AppError('comfyui_unavailable')),
  );
  // What earlier tests left in line.
  await rig.redis.flushall();
  const queue = { namespace: 'default', taskQueue: rig.queues.gpu };
  control = createQueueControl(rig.temporal, queue, () => forecast.refresh());
  const forecast = createWaitForecast({
    queue: createQueueWithFallback({
      queue: createRedisQueue(rig.redis),
      fallback: createTemporalQueue(rig.temporal, 101),
      redisWriteRefusal: createRedisWriteRefusal(rig.store),
    }),
    runTimes: createRunTimes(rig.redis),
    readPause: control.readPause,
    listWorkers: () => Promise.resolve(['test:0']),
    readObstacles: () => Promise.resolve({ waiting: null, control: null, inHand: null }),
    now: () => new Date(),
  });
  api = await startApi({
    readStatus: rig.readStatus,
    lookAhead: forecast.ofTask,
    forecast,
    pauseQueue: control.pause,
    resumeQueue: control.resume,
    readPause: control.readPause,
    listRunning: control.listRunning,
  });
});
afterAll(async () => {
  await api.close();
  await rig.stop();
});
beforeEach(() => void render.mockReset().mockResolvedValue(film));
afterEach(async () => {
  letAllGo();
  await control.resume('the test');
});

const json = async (page: string, init?: RequestInit) => {
  const response = await fetch(`${api.base}${page}`, init);
  return { status: response.status, body: await response.json() };
};
const post = (page: string, body: object = {}) =>
  json(page, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const status = async (taskId: string) => (await json(`/task_status/${taskId}`)).body as TaskStatusBody;
const until = (taskId: string, done: (body: TaskStatusBody) => boolean) =>
  vi.waitUntil(async () => {
    const body = await status(taskId);
    return done(body) ? body : false;
  }, WAIT);
/** Submits a task that has to wait. */
async function queued(priority = 50): Promise<string> {
  const taskId = await rig.submit({ priority });
  await until(taskId, (body) => body.queue_position !== null);
  return taskId;
}

let letAllGo = (): void => undefined;
/** A render that goes on until it is let go. */
function held(): () => void {
  const gate = new Promise<void>((resolve) => {
    letAllGo = resolve;
  });
  render.mockImplementationOnce(() => gate.then(() => film));
  return letAllGo;
}

test('A paused queue finishes the running task, starts no other, and says who paused it and why', async () => {
  const letGo = held();
  const running = await rig.submit();
  await until(running, (body) => body.status === 'processing');
  expect(await post('/queue/pause', { reason: 'a new driver' })).toMatchObject({
    status: 200,
    body: { paused: { reason: 'a new driver', by: expect.stringContaining('127.0.0.1') as string } },
  });
  const waiting = await queued();
  letGo();
  await until(running, (body) => body.status === 'completed');
  expect(await until(waiting, (body) => body.queue_position === 1)).toMatchObject({
    status: 'pending',
    phase: 'paused',
    eta_seconds: null,
    waiting: { for: 'resume', reason: expect.stringContaining('a new driver') as string },
  });
  expect((await json('/queue')).body).toMatchObject({
    paused: { reason: 'a new driver' },
    running: [],
    waiting: { count: 1, by_priority: [{ priority: 50, count: 1 }], next: [{ task_id: waiting }] },
    drain_seconds: null,
  });
  expect(render).toHaveBeenCalledOnce();
  // What the Web UI shows of a task is the workflow's own, which no pause reaches.
  const page = await rig.handle(waiting).query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(page.currentDetails).toMatch(/Queued, accepted .*`GET \/queue` shows .* whether the queue is paused/);

  expect(await post('/queue/resume')).toEqual({ status: 200, body: { paused: null } });
  expect(await until(waiting, (body) => body.status === 'completed')).toMatchObject({
    queue_position: null,
    waiting: null,
  });
});

test('A pause without a reason is refused, and the queue goes on', async () => {
  expect(await post('/queue/pause', { reason: ' ' })).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'reason' }] },
  });
  expect(await control.readPause()).toBeNull();
});

test('A drain lists the running tasks, and is complete when none runs', async () => {
  const letGo = held();
  const running = await rig.submit();
  await until(running, (body) => body.status === 'processing');
  expect(await post('/queue/drain')).toMatchObject({
    status: 202,
    body: { drained: false, running: [{ task_id: running, task_type: 'remotion_render' }] },
  });
  const drained = post('/queue/drain?wait=60', { reason: 'never seen: the first one stands' });
  letGo();
  expect(await drained).toMatchObject({
    status: 200,
    body: { drained: true, running: [], paused: { reason: 'drained' } },
  });
  await until(running, (body) => body.status === 'completed');
});

test('Places follow priority, then arrival, even after a cancel, a new priority or a loss of Redis', async () => {
  await post('/queue/pause', { reason: 'to look at the line' });
  const ids: string[] = [];
  for (const priority of [20, 80, 20, 50]) ids.push(await queued(priority));
  const places = () => Promise.all(ids.map(async (taskId) => (await status(taskId)).queue_position));
  expect(await places()).toEqual([3, 1, 4, 2]);

  const [first, second] = ids as [string, string];
  await rig.handle(second).cancel();
  await until(second, (body) => body.status === 'failed');
  expect(await places()).toEqual([2, null, 3, 1]);
  await rig.store.reposition(first, 50, new Date());
  expect(await places()).toEqual([2, null, 3, 1]);
  await rig.store.reposition(first, 60, new Date());
  expect(await places()).toEqual([1, null, 3, 2]);
  await rig.store.reposition(first, 20, new Date());
  expect(await places()).toEqual([3, null, 2, 1]);

  await rig.redis.flushall();
  const stop = new AbortController();
  const { temporal, redis, store } = rig;
  const logger = createLineLogger('GPUWorker', () => undefined);
  const reconciled = startReconciler(
    {
      temporal,
      redis,
      store,
      announceEnd: () => Promise.resolve(),
      announceLost: () => Promise.resolve(),
      logger,
      now: () => new Date(),
    },
    stop.signal,
  );
  await vi.waitUntil(async () => (await redis.zcard('queue:waiting')) === 3, WAIT);
  stop.abort();
  await reconciled;
  // What Temporal alone knows: the order in which they came, and no priority that was noted in Redis alone.
  expect(await places()).toEqual([2, null, 3, 1]);
  await post('/queue/resume');
  for (const taskId of ids) await until(taskId, ({ status: word }) => word === 'completed' || taskId === second);
});

test('While Redis refuses writes, places and queue come from Temporal', async () => {
  await post('/queue/pause', { reason: 'to look at the line' });
  const known = await queued(50);
  await rig.redis.config('SET', 'min-replicas-to-write', '1');
  onTestFinished(() => void rig.redis.config('SET', 'min-replicas-to-write', '0'));
  const later = [
    await rig.submit({ priority: 90 }),
    await rig.submit({ priority: 10 }),
    await rig.submit({ priority: 50 }),
  ];
  const [first, last, third] = later as [string, string, string];
  const order = [first, known, third, last];
  await vi.waitUntil(async () => {
    const { waiting } = (await json('/queue')).body as QueueBody;
    return waiting.next.map(({ task_id: id }) => id).join() === order.join();
  }, WAIT);
  expect((await json('/queue')).body).toMatchObject({
    waiting: {
      count: 4,
      by_priority: [
        { priority: 90, count: 1 },
        { priority: 50, count: 2 },
        { priority: 10, count: 1 },
      ],
    },
  });
  for (const [index, taskId] of order.entries()) expect((await status(taskId)).queue_position).toBe(index + 1);
  await rig.redis.config('SET', 'min-replicas-to-write', '0');
  await post('/queue/resume');
  for (const taskId of order) await rig.handle(taskId).result();
});

test('The start of a waiting task is estimated from the durations of similar ones', async () => {
  await rig.redis.flushall();
  const runTimes = createRunTimes(rig.redis);
  for (const seconds of [10, 12, 14, 16, 18])
    await runTimes.note({ taskType: 'remotion_render', template: null }, seconds);
  const letGo = held();
  const running = await rig.submit();
  await until(running, (body) => body.status === 'processing');
  const next = await queued();
  const last = await queued();
  const body = await until(last, ({ eta_seconds: eta }) => eta !== null && eta.max > 20);
  expect(body.queue_position).toBe(2);
  expect(await until(next, ({ eta_seconds: eta }) => eta !== null)).toMatchObject({ queue_position: 1 });
  expect((await json('/queue')).body).toMatchObject({
    running: [{ task_id: running, task_type: 'remotion_render' }],
    waiting: { count: 2 },
    drain_seconds: { min: expect.any(Number) as number, max: expect.any(Number) as number },
  });
  letGo();
  await until(last, ({ status: word }) => word === 'completed');
});

test('A task that waits for its engine has no place in line', async () => {
  const taskId = await rig.submitComfyui();
  expect(await until(taskId, (body) => body.waiting?.for === 'comfyui')).toMatchObject({
    status: 'pending',
    queue_position: null,
    eta_seconds: null,
  });
  await rig.handle(taskId).terminate();
});
