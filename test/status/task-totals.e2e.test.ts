import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../../src/contracts/names.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { newRecord, type StatusRecord, type StatusVersion } from '../../src/status/record.ts';
import { createStatusStore, type StatusStore } from '../../src/status/status-store.ts';
import { createTaskNumbers, type TaskNumbers } from '../../src/status/task-numbers.ts';
import type { Histogram } from '../../src/status/task-totals.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

/** A database that no other test uses. */
const DATABASE = 9;
const BEGIN = Date.parse('2026-01-04T09:00:00.000Z');

let redis: Redis;
let numbers: TaskNumbers;
/** Seconds since the beginning of the test. */
let clock = 0;
const at = (seconds: number): string => new Date(BEGIN + seconds * 1000).toISOString();
const createStore = (): StatusStore => createStatusStore(redis, 60_000, 101, () => BEGIN + clock * 1000);
let store: StatusStore;
/** Of another process. */
let other: StatusStore;
beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort, db: DATABASE });
  numbers = createTaskNumbers(redis);
  [store, other] = [createStore(), createStore()];
});
beforeEach(async () => {
  await redis.flushdb();
  clock = 0;
});
afterAll(async () => {
  await redis.flushdb();
  redis.disconnect();
});

const write = (
  id: string,
  version: StatusVersion,
  record: Partial<StatusRecord> & Pick<StatusRecord, 'status'>,
  by: StatusStore = store,
) => by.write(id, version, { taskType: 'comfyui', template: null, priority: 60, createdAt: at(0), ...record });

/** A task of the first run takes its place in the queue. */
async function queue(id: string, seconds: number, more: Partial<StatusRecord> = {}, run = 0): Promise<void> {
  clock = seconds;
  await write(id, { runStartedAt: run, attempt: 0 }, { status: 'pending', queuedAt: at(seconds), ...more });
}
async function start(id: string, seconds: number, run = 1000): Promise<void> {
  clock = seconds;
  await write(id, { runStartedAt: run, attempt: 1 }, { status: 'processing', startedAt: at(seconds) });
}
async function end(id: string, seconds: number, more: Partial<StatusRecord> = {}, run = 1000): Promise<void> {
  clock = seconds;
  const record = { status: 'completed' as const, finishedAt: at(seconds), attempts: 1, ...more };
  await write(id, { runStartedAt: run, attempt: 1 }, record);
}
const failed = (code: ErrorCode): Partial<StatusRecord> => ({
  status: 'failed',
  result: { error: new AppError(code).body },
});
const total = ({ counts }: Histogram): number => counts.reduce((sum, count) => sum + count, 0);

test('A task that waits, runs and ends is counted once with its durations', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await start(id, 40);
  await end(id, 45.25);
  const { ended, attempts, waits, runs } = await numbers.totals();
  expect(ended).toEqual([{ taskType: 'comfyui', error: null, count: 1 }]);
  expect(attempts).toEqual([{ taskType: 'comfyui', count: 1 }]);
  expect(waits.map(({ taskType, band, histogram }) => [taskType, band, total(histogram), histogram.seconds])).toEqual([
    ['comfyui', '50-74', 1, 40],
  ]);
  expect(runs.map(({ outcome, histogram }) => [outcome, total(histogram), histogram.seconds])).toEqual([
    ['completed', 1, 5.25],
  ]);
});

test('A task that ends before it was ever shown as running counts too', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await end(id, 2.05, { startedAt: at(2) });
  const { waits, runs } = await numbers.totals();
  expect(waits.map(({ histogram }) => histogram.seconds)).toEqual([2]);
  expect(runs.map(({ histogram }) => histogram.seconds)).toEqual([0.05]);
});

test('An end that several processes write, at once or later, counts once', async () => {
  const ids = Array.from({ length: 20 }, () => randomUUID());
  for (const id of ids) await queue(id, 0);
  for (const id of ids) await start(id, 1);
  clock = 5;
  const ends = ids.flatMap((id) =>
    [store, other].map((by) =>
      write(
        id,
        { runStartedAt: 1000, attempt: 1 },
        { ...failed('cancelled'), status: 'failed', finishedAt: at(4) },
        by,
      ),
    ),
  );
  await Promise.all(ends);
  for (const id of ids) await end(id, 5, failed('cancelled'));
  const { ended, waits, runs } = await numbers.totals();
  expect(ended).toEqual([{ taskType: 'comfyui', error: 'cancelled', count: 20 }]);
  expect(waits.map(({ histogram }) => total(histogram))).toEqual([20]);
  expect(runs.map(({ outcome, histogram }) => [outcome, total(histogram)])).toEqual([['cancelled', 20]]);
});

test('A retried task ends again, and each of its stays in the queue counts', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await start(id, 10);
  await end(id, 20, failed('internal_error'));
  await queue(id, 100, {}, 2000);
  await start(id, 103, 2000);
  await end(id, 110, {}, 2000);
  const { ended, waits, runs } = await numbers.totals();
  expect(ended.map(({ error, count }) => `${error} ${count}`).toSorted()).toEqual(['internal_error 1', 'null 1']);
  expect(waits.map(({ histogram }) => [total(histogram), histogram.seconds])).toEqual([[2, 13]]);
  expect(runs.map(({ outcome, histogram }) => `${outcome} ${histogram.seconds}`).toSorted()).toEqual([
    'completed 7',
    'failed 10',
  ]);
});

test('A task that was handed back waits again, and its run goes on from its first attempt', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await start(id, 10);
  clock = 30;
  await write(id, { runStartedAt: 1000, attempt: 2 }, { status: 'pending', queuedAt: at(30) });
  clock = 37;
  await write(id, { runStartedAt: 1000, attempt: 2 }, { status: 'processing', startedAt: at(10) });
  clock = 50;
  await write(id, { runStartedAt: 1000, attempt: 2 }, { status: 'completed', startedAt: at(10), finishedAt: at(50) });
  const { waits, runs } = await numbers.totals();
  expect(waits.map(({ histogram }) => [total(histogram), histogram.seconds])).toEqual([[2, 17]]);
  expect(runs.map(({ histogram }) => histogram.seconds)).toEqual([40]);
});

test('A task that is cancelled while it waits has an end, but no wait and no run', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await end(id, 60, { ...failed('cancelled'), attempts: 0 });
  expect(await numbers.totals()).toMatchObject({ ended: [{ error: 'cancelled', count: 1 }], waits: [], runs: [] });
});

test('A change of the priority moves a task to another band, and its wait goes on', async () => {
  const id = randomUUID();
  await queue(id, 0);
  await store.reposition(id, 90, new Date(BEGIN + 50_000));
  clock = 55;
  expect((await numbers.counts()).waiting).toEqual([
    { taskType: 'comfyui', band: '75-100', count: 1, oldest: new Date(BEGIN) },
  ]);
  await start(id, 60);
  const { waits } = await numbers.totals();
  expect(waits.map(({ band, histogram }) => [band, histogram.seconds])).toEqual([['75-100', 60]]);
});

test('After a loss of its data, Redis does not count what ended before; nor what ended days ago', async () => {
  const [before, after, old] = [randomUUID(), randomUUID(), randomUUID()];
  await queue(after, 100);
  await end(before, 99);
  await end(after, 101);
  const late = 100 + DAY_MS / 1000 + 5;
  clock = late;
  await write(old, { runStartedAt: 1000, attempt: 1 }, { status: 'completed', finishedAt: at(102) });
  expect((await numbers.totals()).ended).toEqual([{ taskType: 'comfyui', error: null, count: 1 }]);
});

test('A film counts its chunks', async () => {
  const id = randomUUID();
  await queue(id, 0, { taskType: 'remotion_render' });
  const result = { chunks: 10, reused_chunks: 4 } as StatusRecord['result'];
  await end(id, 5, { taskType: 'remotion_render', result });
  expect((await numbers.totals()).chunks).toEqual({ drawn: 6, reused: 4 });
});

test('The waiting and the running tasks are counted by type and band', async () => {
  for (const [priority, seconds] of [
    [0, 5],
    [24, 3],
    [25, 9],
    [100, 7],
  ] as const)
    await queue(randomUUID(), seconds, { priority });
  await queue(randomUUID(), 8, { priority: 25, taskType: 'cosyvoice' });
  const running = randomUUID();
  await queue(running, 10);
  await start(running, 11);
  const { waiting, running: inHand } = await numbers.counts();
  const shown = waiting.map(
    ({ taskType, band, count, oldest }) => `${taskType} ${band}: ${count} since ${(oldest.getTime() - BEGIN) / 1000}`,
  );
  expect(shown.toSorted()).toEqual([
    'comfyui 0-24: 2 since 3',
    'comfyui 25-49: 1 since 9',
    'comfyui 75-100: 1 since 7',
    'cosyvoice 25-49: 1 since 8',
  ]);
  expect(inHand).toEqual([{ taskType: 'comfyui', count: 1 }]);
});

test('A waiting or running task without a record is not counted, and keeps no other from being counted', async () => {
  await queue(randomUUID(), 1);
  await redis.zadd('queue:waiting', 5, 'gone');
  await redis.sadd('queue:running', 'gone');
  expect(await numbers.counts()).toMatchObject({ waiting: [{ taskType: 'comfyui', count: 1 }], running: [] });
});

test('A pipeline ends once, and a check of Redis that writes counts nothing', async () => {
  await store.write('write-probe', { runStartedAt: 0, attempt: 0 }, { status: 'completed' });
  const id = randomUUID();
  const pipeline = { taskType: 'pipeline', priority: 50, acceptedAt: at(0), steps: [] };
  await store.write(
    id,
    { runStartedAt: 0, attempt: 0 },
    newRecord(pipeline as unknown as Parameters<typeof newRecord>[0]),
  );
  await end(id, 5, { taskType: 'pipeline' });
  expect(await numbers.totals()).toMatchObject({ ended: [{ taskType: 'pipeline', error: null, count: 1 }], waits: [] });
});

test('Deliveries of webhooks are counted by their outcome', async () => {
  await numbers.noteDelivery('delivered');
  await numbers.noteDelivery('failed');
  await numbers.noteDelivery('failed');
  expect((await numbers.totals()).deliveries).toEqual({ delivered: 1, failed: 2 });
});
