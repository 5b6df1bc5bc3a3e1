import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest';
import type { TaskStatus } from '../../src/contracts/names.ts';
import { createStatusChanges, MOST_WATCHES, type StatusChanges } from '../../src/status/status-changes.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const HOUR_MS = 3_600_000;
let redis: Redis;
let changes: StatusChanges;

beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
});
afterAll(() => redis.disconnect());

const listeners = async (): Promise<number> => Number((await redis.pubsub('NUMSUB', 'task:changes'))[1]);

beforeEach(async () => {
  await vi.waitUntil(async () => (await listeners()) === 0, { timeout: 10_000 });
  changes = createStatusChanges(redis, HOUR_MS);
  await vi.waitUntil(() => changes.isLive(), { timeout: 10_000 });
});
afterEach(() => changes.close());

const write = (id: string, status: TaskStatus) =>
  createStatusStore(redis, HOUR_MS).write(
    id,
    { runStartedAt: 1000, attempt: status === 'pending' ? 0 : 1 },
    { taskType: 'remotion_render', priority: 50, createdAt: '2026-01-04T09:32:56.000Z', status },
  );

/** Redis delivers in order: when this is over, all that was written before it has arrived. */
async function delivered(): Promise<void> {
  const id = randomUUID();
  const watch = changes.watch(id);
  await write(id, 'pending');
  await watch?.next(HOUR_MS);
  watch?.stop();
}

test('A write wakes the watch of its task; other writes and refused ones do not', async () => {
  const id = randomUUID();
  await write(id, 'processing');
  await delivered();
  const watch = changes.watch(id);
  let isAwake = false;
  const waitUntilAwake = async (): Promise<void> => {
    await watch?.next(HOUR_MS);
    isAwake = true;
  };
  const next = waitUntilAwake();
  expect(await write(id, 'pending')).toBe(false);
  await delivered();
  expect(isAwake).toBe(false);
  await write(id, 'completed');
  await next;
});

test('A change between two calls of next counts, and so do changes before the first one', async () => {
  const id = randomUUID();
  const watch = changes.watch(id);
  const seen = changes.watch(id);
  await write(id, 'pending');
  await seen?.next(HOUR_MS);
  await watch?.next(HOUR_MS);
  await write(id, 'processing');
  await watch?.next(HOUR_MS);
  await seen?.next(HOUR_MS);
});

test('A lost connection wakes all, and comes back by itself', async () => {
  const watch = changes.watch(randomUUID());
  const woken = watch?.next(HOUR_MS);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await woken;
  expect(changes.isLive()).toBe(false);
  await vi.waitUntil(() => changes.isLive(), { timeout: 10_000 });
  const id = randomUUID();
  const next = changes.watch(id)?.next(HOUR_MS);
  await write(id, 'pending');
  await next;
});

test('A closed connection of the client and a stop of the API end the watch', async () => {
  const client = new AbortController();
  const left = changes.watch(randomUUID(), client.signal);
  const stayed = changes.watch(randomUUID());
  const gone = left?.next(HOUR_MS);
  client.abort();
  await gone;
  expect([left?.isOver(), stayed?.isOver()]).toEqual([true, false]);
  const next = stayed?.next(HOUR_MS);
  changes.close();
  await next;
  expect(stayed?.isOver()).toBe(true);
});

test('There is a limit of watches, and a stopped one makes room', () => {
  const watches = Array.from({ length: MOST_WATCHES + 1 }, () => changes.watch(randomUUID()));
  expect(watches.filter((watch) => watch === null)).toHaveLength(1);
  watches[0]?.stop();
  expect(changes.watch(randomUUID())).not.toBeNull();
});
