import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSocketLock } from '../../src/gpu/socket-lock.ts';
import type { HeldLock } from '../../src/gpu/card-lock.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

const GPU_ID = `why-pending-${process.pid}:0`;
const WAIT = { timeout: 60_000, interval: 100 };
const film = {
  task_type: 'remotion_render',
  payload: { timeline: { width: 64, height: 64, durationInFrames: 3 } },
};

let held: HeldLock | undefined;
let stack: TestStack;
beforeAll(async () => {
  // This process plays the worker of another middleware, with a Redis and a Temporal of its own.
  held = await createSocketLock(GPU_ID).take();
  stack = await startTestStack({ env: { GPU_ID } });
});
afterAll(async () => {
  await held?.release();
  await stack.remove();
});

const json = async (page: string): Promise<Record<string, { ok: boolean; detail: string }>> =>
  (await (await fetch(`${stack.apiUrl}${page}`)).json()) as Record<string, { ok: boolean; detail: string }>;

/** The words about the process that has the card: this one. */
const WHO = new RegExp(
  `^No GPU worker takes tasks \\(process \\d+ on ${hostname()} stands by since \\S+: process ${process.pid} on ${hostname()} \\(since \\S+Z\\) has the card ${GPU_ID}`,
);
const waitsFor = (taskId: string) =>
  vi.waitFor(async () => expect((await stack.status(taskId)).waiting?.reason).toMatch(WHO), WAIT);

test.runIf(process.platform === 'linux')(
  'While its only worker stands by, a task says who has the card, with and without Redis, and then runs',
  async () => {
    const taskId = await stack.submit(film);
    await waitsFor(taskId);
    expect(await stack.status(taskId)).toMatchObject({
      status: 'pending',
      phase: 'waiting for a worker',
      queue_position: 1,
      eta_seconds: null,
      waiting: { for: 'worker', since: expect.any(String) as string },
    });
    for (const page of ['/health', '/queue']) {
      const { gpu_worker: part } = await json(page);
      expect(part?.ok).toBe(false);
      expect(part?.detail).toMatch(WHO);
      expect(part?.detail).not.toMatch(/npm run worker/);
    }

    await stack.redisServer?.stop();
    await waitsFor(taskId);
    expect((await json('/health'))['gpu_worker']?.detail).toMatch(WHO);

    await held?.release();
    held = undefined;
    await stack.poll(taskId, ({ status }) => status === 'completed');
  },
);
