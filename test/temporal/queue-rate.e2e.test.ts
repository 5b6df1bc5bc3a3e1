import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTemporal, isUnderOldVersion } from '../../src/temporal/connection.ts';
import { createQueueControl } from '../../src/temporal/queue-control.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const namespace = 'default';
const temporal = createTemporal({
  address: sharedServers().temporalAddress,
  namespace,
  uiUrl: undefined,
  priorityLevels: 101,
});
const newQueue = () => ({ namespace, taskQueue: `rate-${randomUUID()}` });
const controlOf = (queue: ReturnType<typeof newQueue>) => createQueueControl(temporal, queue, () => undefined);

/**
 * Writes with ever other deadlines, about as long as a write takes on this machine, until the server is in two minds: one of them was
 * cut after it was done.
 */
async function confuse(queue: ReturnType<typeof newQueue>): Promise<void> {
  const write = () =>
    temporal.connection.workflowService.updateTaskQueueConfig({
      ...queue,
      taskQueueType: 2,
      identity: 'the test',
      updateQueueRateLimit: { rateLimit: { requestsPerSecond: 0 }, reason: 'cut' },
    });
  await write();
  let usualMs = 10;
  for (let n = 0; n < 500; n += 1) {
    const deadlineMs = Math.ceil(usualMs * (0.2 + (n % 20) / 12));
    await temporal.connection.withDeadline(Date.now() + deadlineMs, write).catch(() => undefined);
    await delay(150);
    const began = performance.now();
    const refused = await write().then(
      () => false,
      (error: unknown) => isUnderOldVersion(error),
    );
    if (refused) return;
    usualMs = performance.now() - began;
  }
  throw new Error('no write was cut in the right moment');
}

test('A queue whose last change was cut by a deadline can be paused and resumed', async () => {
  for (const first of ['pause', 'resume'] as const) {
    const queue = newQueue();
    await confuse(queue);
    const control = controlOf(queue);
    if (first === 'pause') expect(await control.pause({ by: 'me', reason: 'why' })).toMatchObject({ reason: 'why' });
    await control.resume('me');
    await expect.poll(() => control.readPause(), { timeout: 60_000 }).toBeNull();
    await control.pause({ by: 'me', reason: 'again' });
    await expect.poll(() => control.readPause(), { timeout: 60_000 }).toMatchObject({ by: 'me', reason: 'again' });
  }
});

test('A hundred pauses and a hundred resumptions at once all succeed, and the last one counts', async () => {
  const control = controlOf(newQueue());
  const calls = Array.from({ length: 100 }, (_, n) => [
    control.pause({ by: 'me', reason: `${n}` }),
    control.resume('me'),
  ]);
  await Promise.all(calls.flat());
  await expect.poll(() => control.readPause(), { timeout: 60_000 }).toBeNull();
  await Promise.all(Array.from({ length: 100 }, (_, n) => control.pause({ by: 'me', reason: `${n}` })));
  await expect.poll(() => control.readPause(), { timeout: 60_000 }).toMatchObject({ reason: '99' });
});

test.each(['停'.repeat(500), '🎬'.repeat(250), 'a'.repeat(500)])(
  'A reason of many bytes is kept as far as it goes',
  async (reason) => {
    const control = controlOf(newQueue());
    const { reason: kept } = await control.pause({ by: 'é'.repeat(900), reason });
    expect(reason.startsWith(kept.replace(/…$/, ''))).toBe(true);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(490);
  },
);
