import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { TaskStatus } from '../../src/contracts/names.ts';
import { createChangeFeed, type ChangeFeed, type TaskChange } from '../../src/status/change-feed.ts';
import { createChangeLog } from '../../src/status/change-log.ts';
import { createEventPublisher } from '../../src/status/publish-events.ts';
import { createStatusChanges, MOST_WATCHES, type StatusChanges } from '../../src/status/status-changes.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { startTcpProxy } from '../helpers/tcp-proxy.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const HOUR_MS = 3_600_000;
let redis: Redis;
let feed: ChangeFeed;
let changes: StatusChanges;

beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
});
afterAll(() => redis.disconnect());

const listeners = async (): Promise<number> => Number((await redis.pubsub('NUMSUB', 'task:changes'))[1]);

beforeEach(async () => {
  await vi.waitUntil(async () => (await listeners()) === 0, { timeout: 10_000 });
  feed = createChangeFeed(redis);
  changes = createStatusChanges(feed, HOUR_MS);
  await vi.waitUntil(() => feed.isLive(), { timeout: 10_000 });
});
afterEach(() => feed.close());

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
  expect(feed.isLive()).toBe(false);
  await vi.waitUntil(() => feed.isLive(), { timeout: 10_000 });
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
  feed.close();
  await next;
  expect(stayed?.isOver()).toBe(true);
});

test('There is a limit of watches, and a stopped one makes room', () => {
  const watches = Array.from({ length: MOST_WATCHES + 1 }, () => changes.watch(randomUUID()));
  expect(watches.filter((watch) => watch === null)).toHaveLength(1);
  watches[0]?.stop();
  expect(changes.watch(randomUUID())).not.toBeNull();
});

/** The next change of a task. */
function nextChange(id: string, wanted: (change: TaskChange) => boolean = () => true): Promise<TaskChange> {
  return new Promise((resolve) => {
    const stop = feed.follow({
      onChange(change) {
        if (change.taskId !== id || !wanted(change)) return;
        stop();
        resolve(change);
      },
    });
  });
}

test('A change says whether the queue moved, and has its place in the log', async () => {
  const [id, log] = [randomUUID(), createChangeLog(redis)];
  const before = await log.latest();
  const arrives = nextChange(id);
  const store = createStatusStore(redis, HOUR_MS);
  const task = { taskType: 'comfyui', priority: 50, createdAt: '2026-01-04T09:32:56.000Z' } as const;
  const version = { runStartedAt: 1000, attempt: 0 };
  await store.write(id, version, { ...task, status: 'pending', queuedAt: task.createdAt });
  expect(await arrives).toMatchObject({ movedQueue: true, note: null });
  const moves = nextChange(id);
  await store.reposition(id, 90, new Date());
  expect(await moves).toMatchObject({ movedQueue: true });
  const leaves = nextChange(id);
  await write(id, 'processing');
  expect(await leaves).toMatchObject({ movedQueue: true });
  const progresses = nextChange(id);
  await write(id, 'processing');
  const last = await progresses;
  expect(last.movedQueue).toBe(false);
  const since = await log.since(before);
  expect(since?.filter(({ taskId }) => taskId === id)).toHaveLength(4);
  expect(await log.since(last.id)).toEqual([]);
});

test('The log does not know changes before its beginning or after its end', async () => {
  await write(randomUUID(), 'pending');
  const log = createChangeLog(redis);
  for (const id of ['1-0', '99999999999999-0', '', 'x', `${'9'.repeat(20)}-0`]) expect(await log.since(id)).toBeNull();
});

test('A probe of Redis is no change', async () => {
  const log = createChangeLog(redis);
  await write(randomUUID(), 'pending');
  const before = await log.latest();
  await createStatusStore(redis, HOUR_MS).write(
    'write-probe',
    { runStartedAt: 0, attempt: 0 },
    { status: 'completed' },
  );
  const since = await log.since(before);
  expect(since?.map(({ taskId }) => taskId)).not.toContain('write-probe');
});

test('Files and warnings of a task arrive, and stand in the log', async () => {
  const [id, publisher, log] = [randomUUID(), createEventPublisher(redis), createChangeLog(redis)];
  await write(id, 'processing');
  const before = await log.latest();
  const arrives = nextChange(id, ({ note }) => note !== null);
  const data = { path: 'output/a b.png', text: '日本 1 2\n3' };
  await publisher.note(id, 'file', data);
  const note = { event: 'file', data: JSON.stringify(data) };
  expect((await arrives).note).toEqual(note);
  const since = await log.since(before);
  expect(since?.find(({ taskId }) => taskId === id)).toMatchObject({ note, movedQueue: false });
});

test('A worker knows whether somebody looks, also after a lost connection', async () => {
  const [id, publisher] = [randomUUID(), createEventPublisher(redis)];
  const until = (looks: boolean) =>
    vi.waitUntil(async () => (await publisher.hasLookers(id)) === looks, { timeout: 10_000 });
  await until(false);
  const seen: string[] = [];
  const ends = [feed.look(id, (preview) => seen.push(preview.toString())), feed.look(id, () => undefined)];
  await until(true);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await until(false);
  await until(true);
  await publisher.preview(id, { image: 'data:' });
  await vi.waitUntil(() => seen.length > 0, { timeout: 10_000 });
  expect(seen).toEqual(['{"image":"data:"}']);
  ends[0]?.();
  expect(await publisher.hasLookers(id)).toBe(true);
  ends[1]?.();
  await until(false);
});

test('A Redis that hangs counts as away, and is back when it answers', async () => {
  const proxy = await startTcpProxy(sharedServers().redisPort);
  const own = new Redis({ host: '127.0.0.1', port: proxy.port, connectTimeout: 1000 });
  own.on('error', () => undefined);
  const hung = createChangeFeed(own, 100);
  onTestFinished(() => {
    hung.close();
    own.disconnect();
    return proxy.cut();
  });
  expect(await hung.isLiveWithin(10_000)).toBe(true);
  const broken = new Promise<void>((resolve) => hung.follow({ onChange: () => undefined, onBreak: resolve }));
  proxy.hang();
  await broken;
  expect(hung.isLive()).toBe(false);
  proxy.flow();
  expect(await hung.isLiveWithin(20_000)).toBe(true);
});
