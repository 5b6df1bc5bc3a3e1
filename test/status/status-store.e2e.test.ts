import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TaskStatus } from '../../src/contracts/names.ts';
import { recordKey } from '../../src/status/queue-keys.ts';
import { isFinal, orderOf, type StatusRecord, type StatusVersion } from '../../src/status/record.ts';
import { createStatusStore, type StatusStore } from '../../src/status/status-store.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

let redis: Redis;
let store: StatusStore;
beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
  store = createStatusStore(redis, 60_000);
});
afterAll(() => redis.disconnect());

const about = { taskType: 'remotion_render', priority: 50, createdAt: '2026-01-04T09:32:56.000Z' } as const;
const write = (id: string, version: StatusVersion, status: TaskStatus, more = {}) =>
  store.write(id, version, { ...about, status, ...more });

test('A written record is read back, and a missing one is null', async () => {
  const id = randomUUID();
  expect(await store.read(id)).toBeNull();
  await write(id, { runStartedAt: 0, attempt: 0 }, 'pending', { phase: 'queued' });
  expect(await store.read(id)).toMatchObject({
    ...about,
    status: 'pending',
    phase: 'queued',
    result: null,
    attempts: 0,
  });
});

test('Every field that is left in a record is JSON: the script that reads it only joins them', async () => {
  const id = randomUUID();
  const odd = 'a "quoted" \\ line\n\u2028 %s';
  const error = { code: 'cancelled', message: odd, hint: odd, retryable: false } as const;
  const everything: Partial<StatusRecord> = {
    template: odd,
    client: odd,
    tags: [odd],
    metadata: { [odd]: odd },
    queuedAt: about.createdAt,
    startedAt: about.createdAt,
    finishedAt: about.createdAt,
    progress: 1 / 3,
    phase: odd,
    attempts: 2,
    waiting: { for: 'comfyui', since: about.createdAt, reason: odd, hint: odd },
    step: { pipeline: odd, name: odd },
    webhook: { url: odd },
    plan: [],
  };
  const version = { runStartedAt: 1000, attempt: 1 };
  const writers: (() => Promise<unknown>)[] = [
    () => write(id, { runStartedAt: 0, attempt: 0 }, 'pending', everything),
    () => store.reposition(id, 80, new Date(about.createdAt)),
    () => write(id, version, 'processing', everything),
    () => write(id, version, 'failed', { ...everything, result: { error } }),
    () => store.remove(id, version.runStartedAt),
  ];
  for (const writer of writers) {
    await writer();
    for (const value of Object.values(await redis.hgetall(recordKey(id))))
      expect(() => JSON.parse(value) as unknown).not.toThrow();
    if (writer !== writers.at(-1)) expect(await store.read(id)).toMatchObject({ phase: odd, metadata: { [odd]: odd } });
  }
});

test('A late progress report does not take a finished task back', async () => {
  const id = randomUUID();
  const version = { runStartedAt: 1000, attempt: 1 };
  await write(id, version, 'failed', {
    result: { error: { code: 'cancelled', message: 'm', hint: 'h', retryable: false } },
  });
  expect(await write(id, version, 'processing', { progress: 0.5 })).toBe(false);
  expect(await store.read(id)).toMatchObject({ status: 'failed' });
});

test('A write of an earlier attempt is ignored', async () => {
  const id = randomUUID();
  await write(id, { runStartedAt: 1000, attempt: 2 }, 'processing', { progress: 0.1 });
  expect(await write(id, { runStartedAt: 1000, attempt: 1 }, 'processing', { progress: 0.9 })).toBe(false);
});

test('A new run begins a new record, and writes of the old run are ignored', async () => {
  const id = randomUUID();
  await write(id, { runStartedAt: 1000, attempt: 3 }, 'failed', { finishedAt: 'then', attempts: 3 });
  expect(await write(id, { runStartedAt: 2000, attempt: 0 }, 'pending')).toBe(true);
  expect(await store.read(id)).toMatchObject({ status: 'pending', finishedAt: null, attempts: 0 });
  expect(await write(id, { runStartedAt: 1000, attempt: 3 }, 'failed')).toBe(false);
});

test('The first record of a run keeps when the task was accepted', async () => {
  const id = randomUUID();
  await write(id, { runStartedAt: 0, attempt: 0 }, 'pending');
  await store.write(id, { runStartedAt: 1000, attempt: 1 }, { status: 'processing', progress: 0.2 });
  expect(await store.read(id)).toMatchObject({ status: 'processing', createdAt: about.createdAt, progress: 0.2 });
});

test('A task that waits again is pending again, and the next attempt can write', async () => {
  const id = randomUUID();
  await write(id, { runStartedAt: 1000, attempt: 1 }, 'processing');
  expect(await write(id, { runStartedAt: 1000, attempt: 2 }, 'pending', { phase: 'waiting for ComfyUI' })).toBe(true);
  expect(await write(id, { runStartedAt: 1000, attempt: 1 }, 'processing')).toBe(false);
  expect(await write(id, { runStartedAt: 1000, attempt: 2 }, 'processing')).toBe(true);
});

test('A record outlives the end of its task by the retention, and is there as long as the task is not over', async () => {
  const id = randomUUID();
  const ttl = () => redis.pttl(`task:${id}`);
  await write(id, { runStartedAt: 1000, attempt: 0 }, 'pending');
  expect(await ttl()).toBe(-1);
  await write(id, { runStartedAt: 1000, attempt: 1 }, 'failed');
  expect(await ttl()).toBeGreaterThan(50_000);
  // Retried.
  await write(id, { runStartedAt: 2000, attempt: 0 }, 'pending');
  expect(await ttl()).toBe(-1);
});

test('Whatever the order in which writes arrive, the newest one stands', async () => {
  const versioned = fc.record({
    runStartedAt: fc.integer({ min: 1, max: 3 }),
    attempt: fc.integer({ min: 0, max: 3 }),
    status: fc.constantFrom<TaskStatus>('pending', 'processing', 'failed'),
  });
  const newer = (a: StatusVersion & { status: TaskStatus }, b: StatusVersion & { status: TaskStatus }): boolean => {
    const [left, right] = [orderOf(a, a.status), orderOf(b, b.status)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(versioned, { minLength: 1, maxLength: 8 }), async (writes) => {
      const id = randomUUID();
      for (const version of writes) await write(id, version, version.status, { attempts: version.attempt });
      const newest = writes.reduce((best, next) => (newer(next, best) ? next : best));
      expect(await store.read(id)).toMatchObject({ status: newest.status, attempts: newest.attempt });
      expect(await store.versions([id])).toEqual([
        { runStartedAt: newest.runStartedAt, final: isFinal(newest.status) },
      ]);
    }),
    { numRuns: 50 },
  );
});
