import { eventOf, type WebhookEvent, wantsEvent } from '../contracts/webhook-events.ts';
import { isWorkType } from '../contracts/names.ts';
import { AppError } from '../errors.ts';
import { LOST_PHASE } from '../status/queue-keys.ts';
import type { StatusStore } from '../status/status-store.ts';
import { busyWords, isServerAway, type Temporal } from '../temporal/connection.ts';
import { describeRun } from '../temporal/describe-run.ts';
import type { TaskMemo } from '../temporal/task-labels.ts';
import { type Announced, deliverAgain } from './announce-event.ts';
import { deliveryId, type RunEvent, webhookId } from './webhook-id.ts';

const START = 'task.started';
const LIMIT_MS = 5000;

/** The latest run of a task with a webhook, and the event of its end. */
type Called = Omit<Announced, 'event'> & { end: WebhookEvent | null };

/**
 * Sends an event of the latest run of a task again.
 * @returns a function that takes the event; undefined for the end of the task.
 * @throws {AppError} `webhook_missing`, `operation_unavailable`
 */
export function createRedeliver(deps: {
  temporal: Temporal;
  store: Pick<StatusStore, 'readRun'>;
  /** Where deliveries run. */
  taskQueue?: string;
}): (taskId: string, event: WebhookEvent | undefined) => Promise<{ id: string; type: WebhookEvent }> {
  const { temporal, store } = deps;

  async function calledOf(taskId: string): Promise<Called | null> {
    const run = await describeRun(temporal, taskId);
    if (run !== null && isWorkType(run.type)) {
      const { webhook } = (run.memo ?? {}) as Partial<TaskMemo>;
      const { name } = run.status;
      const end = name === 'RUNNING' ? null : eventOf(run.type, name === 'COMPLETED' ? 'completed' : 'failed');
      const ofRun = { taskId, runId: run.runId, runStartedAt: run.startTime.getTime() };
      return webhook === undefined ? null : { ...ofRun, webhook, end };
    }
    const { record = null, runStartedAt = 0 } = (await store.readRun(taskId).catch(() => null)) ?? {};
    if (record?.webhook === undefined || record.phase !== LOST_PHASE) return null;
    return { taskId, runId: null, runStartedAt, webhook: record.webhook, end: eventOf(record.taskType, record.status) };
  }

  const wasSent = async (event: RunEvent): Promise<boolean> =>
    (await describeRun(temporal, deliveryId(event))) !== null;

  async function redeliver(taskId: string, asked: WebhookEvent | undefined) {
    const called = await calledOf(taskId);
    const event = asked ?? called?.end ?? START;
    const isKnown =
      called !== null &&
      wantsEvent(called.webhook, event) &&
      (event === called.end || (event === START && (await wasSent({ ...called, event }))));
    if (!isKnown) throw new AppError('webhook_missing', asked);
    await deliverAgain(temporal, { ...called, event }, deps.taskQueue);
    return { id: webhookId({ ...called, event }), type: event };
  }

  return async (taskId, event) => {
    try {
      return await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () => redeliver(taskId, event));
    } catch (error) {
      const busy = busyWords(error);
      if (busy === undefined && !isServerAway(error)) throw error;
      throw new AppError('operation_unavailable', busy, { cause: error });
    }
  };
}
