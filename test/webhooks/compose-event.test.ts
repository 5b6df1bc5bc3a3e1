import { describe, expect, test } from 'vitest';
import type { WebhookDelivery } from '../../src/contracts/webhook-events.ts';
import { AppError } from '../../src/errors.ts';
import { LOST_PHASE } from '../../src/status/queue-keys.ts';
import type { DescribedTask } from '../../src/status/describe-task.ts';
import type { StatusRecord } from '../../src/status/record.ts';
import { createComposeEvent } from '../../src/webhooks/compose-event.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const TASK = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const SECRET_URL = 'https://me:secret@studio.example/hook?token=secret';
const delivery: WebhookDelivery = {
  id: 'msg_1',
  event: 'task.completed',
  taskId: TASK,
  runId: 'run',
  runStartedAt: 1000,
  url: SECRET_URL,
};
const completed: StatusRecord = {
  ...blankRecord,
  metadata: { order: 7 },
  status: 'completed',
  phase: 'completed',
  finishedAt: '2026-01-04T09:40:00.000Z',
  webhook: { url: SECRET_URL },
};
const pending: StatusRecord = { ...completed, status: 'pending', phase: 'queued', finishedAt: null };
const failed: StatusRecord = {
  ...completed,
  status: 'failed',
  phase: 'failed',
  result: { error: new AppError('cancelled').body },
};

type Stored = { record: StatusRecord | null; runStartedAt: number } | null;
function compose(
  more: Partial<WebhookDelivery>,
  { stored, described }: { stored: Stored | Error; described?: StatusRecord | null },
): Promise<string | null> {
  const task: DescribedTask | null =
    described == null ? null : { version: { runStartedAt: 1000, attempt: 0 }, record: described };
  return createComposeEvent({
    store: { readRun: () => (stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored)) },
    describe: () => (described === undefined ? Promise.reject(new Error('unused')) : Promise.resolve(task)),
    readPipeline: (_id, record) => Promise.resolve(record),
  })({ ...delivery, ...more });
}
const parsed = async (...asked: Parameters<typeof compose>) =>
  JSON.parse((await compose(...asked)) ?? 'null') as Record<string, unknown>;

describe('The message of an event', () => {
  test('is the status of its run, without the address of the webhook', async () => {
    const text = await compose({}, { stored: { record: completed, runStartedAt: 1000 } });
    expect(JSON.parse(text ?? '')).toMatchObject({
      type: 'task.completed',
      timestamp: completed.finishedAt,
      data: { task_id: TASK, status: 'completed', done: true, metadata: { order: 7 } },
    });
    expect(text).not.toContain('secret');
  });

  test('comes from Temporal if Redis is away, lags behind, or has another run', async () => {
    const lagging: (Stored | Error)[] = [
      new Error('away'),
      null,
      { record: pending, runStartedAt: 1000 },
      { record: failed, runStartedAt: 2000 },
      { record: { ...failed, phase: LOST_PHASE }, runStartedAt: 1000 },
    ];
    for (const stored of lagging)
      expect(await parsed({}, { stored, described: completed })).toMatchObject({ data: { status: 'completed' } });
  });

  test('waits until the run has ended', async () => {
    const early = { stored: { record: pending, runStartedAt: 1000 }, described: pending };
    await expect(compose({}, early)).rejects.toThrow('has not ended yet');
  });

  test('is none if the task was deleted, or the run ended otherwise', async () => {
    expect(await compose({}, { stored: { record: null, runStartedAt: 1000 } })).toBeNull();
    expect(await compose({}, { stored: null, described: null })).toBeNull();
    expect(await compose({}, { stored: { record: failed, runStartedAt: 1000 } })).toBeNull();
  });

  test('of a start has the present status', async () => {
    const running = { ...pending, status: 'processing' as const, startedAt: '2026-01-04T09:39:00.000Z' };
    expect(await parsed({ event: 'task.started' }, { stored: { record: running, runStartedAt: 1000 } })).toMatchObject({
      type: 'task.started',
      timestamp: running.startedAt,
      data: { status: 'processing' },
    });
  });

  test('of a lost task comes from Redis, which alone knows it', async () => {
    const lost = { ...failed, phase: LOST_PHASE, result: { error: new AppError('task_lost').body } };
    const asked = { event: 'task.failed', runId: null } as const;
    expect(await parsed(asked, { stored: { record: lost, runStartedAt: 1000 } })).toMatchObject({
      data: { result: { error: { code: 'task_lost' } } },
    });
    // It came back.
    expect(await compose(asked, { stored: { record: pending, runStartedAt: 1000 } })).toBeNull();
  });
});
