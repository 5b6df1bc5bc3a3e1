import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { LOST_PHASE } from '../../src/status/queue-keys.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { createRedisQueue } from '../../src/status/redis-queue.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

test('A lost task leaves the queue; a real status of the same or an earlier run restores its place', async () => {
  const { redisHost, redisPort } = sharedServers();
  const redis = new Redis({ host: redisHost, port: redisPort });
  onTestFinished(() => redis.disconnect());
  const store = createStatusStore(redis, 60_000);
  const queue = createRedisQueue(redis);
  const now = new Date().toISOString();
  for (const realRun of [5, 4]) {
    const id = randomUUID();
    const pending = { status: 'pending', taskType: 'comfyui', priority: 1, createdAt: now, queuedAt: now } as const;
    await store.write(id, { runStartedAt: 5, attempt: 2 }, { ...pending, phase: 'queued' });
    await store.write(id, { runStartedAt: 5, attempt: 2 }, { status: 'failed', phase: LOST_PHASE, finishedAt: now });
    expect(await store.read(id)).toMatchObject({ status: 'failed' });
    expect(await queue.positionOf(id)).toBeNull();
    expect(await store.versions([id])).toEqual([null]);
    expect(await store.write(id, { runStartedAt: realRun, attempt: 0 }, { ...pending, phase: 'queued' })).toBe(true);
    expect(await store.read(id)).toMatchObject({ status: 'pending', phase: 'queued', finishedAt: null });
    expect(await queue.positionOf(id)).not.toBeNull();
    await store.write(id, { runStartedAt: 5, attempt: 3 }, { status: 'completed', phase: 'completed', queuedAt: null });
  }
});
