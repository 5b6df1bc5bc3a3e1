import { ApplicationFailure } from '@temporalio/common';
import { expect, test, vi } from 'vitest';
import { createWebhookActivities } from '../../activities/webhook-activities.ts';
import type { WebhookAnswer, WebhookDelivery } from '../../src/contracts/webhook-events.ts';
import { createLineLogger } from '../../src/logging.ts';
import { createSendSlots } from '../../src/webhooks/send-slots.ts';

const delivery: WebhookDelivery = {
  id: 'msg_1',
  event: 'task.completed',
  taskId: 'task',
  runId: 'run',
  runStartedAt: 1000,
  url: 'https://me:secret@studio.example/hook?token=secret',
};
const answer = (status: number | null): WebhookAnswer => ({
  status,
  error: status === null ? 'connection refused' : null,
  tookMs: 1,
  retryAfterMs: null,
});

function rig(send: (url: string) => Promise<WebhookAnswer>, body: string | null = '{}') {
  const noted: boolean[] = [];
  const log: string[] = [];
  const { sendWebhook } = createWebhookActivities({
    compose: () => Promise.resolve(body),
    send,
    slots: createSendSlots({ most: 2, mostPerHost: 1 }),
    onTried: (isTaken) => void noted.push(isTaken),
    logger: createLineLogger('GPUWorker', (line) => log.push(line)),
  });
  return { sendWebhook, noted, log };
}

test('Every try is counted, and logged without the address', async () => {
  const statuses = [204, 500, null, 410];
  const { sendWebhook, noted, log } = rig(() => Promise.resolve(answer(statuses.shift() ?? null)));
  expect(await sendWebhook(delivery)).toEqual(answer(204));
  await sendWebhook(delivery);
  await sendWebhook(delivery);
  await sendWebhook(delivery);
  expect(noted).toEqual([true, false, false, false]);
  expect(log.join('\n')).toMatch(/not delivered to studio\.example: HTTP 500\n.*connection refused/);
  expect(log.join('\n')).not.toContain('secret');
});

test('Nothing is sent when there is nothing to tell', async () => {
  const send = vi.fn<(url: string) => Promise<WebhookAnswer>>();
  const { sendWebhook, noted } = rig(send, null);
  expect(await sendWebhook(delivery)).toBeNull();
  expect(send).not.toHaveBeenCalled();
  expect(noted).toEqual([]);
});

test('While as many are under way as may be, a try is put off and not counted', async () => {
  let finish: (answered: WebhookAnswer) => void = () => undefined;
  const { sendWebhook, noted } = rig(() => new Promise((resolve) => (finish = resolve)));
  const first = sendWebhook(delivery);
  const refused = await sendWebhook(delivery).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApplicationFailure);
  expect(refused).toMatchObject({ nonRetryable: false, nextRetryDelay: expect.any(Number) });
  expect(noted).toEqual([]);
  await vi.waitUntil(() => {
    finish(answer(200));
    return noted.length > 0;
  });
  expect(await first).toEqual(answer(200));
  const second = sendWebhook(delivery);
  await vi.waitUntil(() => {
    finish(answer(200));
    return noted.length > 1;
  });
  expect(await second).toEqual(answer(200));
});
