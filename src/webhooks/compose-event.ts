import { eventOf, type WebhookDelivery } from '../contracts/webhook-events.ts';
import { compactPipeline } from '../status/compact-pipeline.ts';
import type { DescribedTask } from '../status/describe-task.ts';
import { LOST_PHASE } from '../status/queue-keys.ts';
import { wholeRecord } from '../status/read-status.ts';
import { isFinal, type StatusRecord } from '../status/record.ts';
import { statusBody } from '../status/status-body.ts';
import type { StatusStore } from '../status/status-store.ts';

export interface ComposeEventDeps {
  store: Pick<StatusStore, 'readRun'>;
  /** A run of a task in Temporal; null if there is none. */
  describe: (taskId: string, runId: string) => Promise<DescribedTask | null>;
  /** Adds the statuses of its tasks to the record of a pipeline. Never rejects. */
  readPipeline: (pipelineId: string, record: StatusRecord) => Promise<StatusRecord>;
}

const START = 'task.started';

/**
 * Composes the JSON of an event from the status of its run, in Redis or else in Temporal.
 * @returns null if there is nothing to tell: the task was deleted, or the run ended otherwise.
 * @throws if neither Redis nor Temporal shows yet that the run has ended.
 */
export function createComposeEvent(deps: ComposeEventDeps): (delivery: WebhookDelivery) => Promise<string | null> {
  async function recordOf({ taskId, runId, runStartedAt, event }: WebhookDelivery): Promise<StatusRecord | null> {
    const stored = await deps.store.readRun(taskId).catch(() => null);
    // Temporal still knows a deleted task for some seconds.
    if (stored !== null && stored.record === null && stored.runStartedAt >= runStartedAt) return null;
    const { record = null } = stored ?? {};
    const isRun = record !== null && stored?.runStartedAt === runStartedAt;
    if (runId === null) return isRun && record.phase === LOST_PHASE ? record : null;
    if (isRun && record.phase !== LOST_PHASE && (event === START || isFinal(record.status))) return record;
    const task = await deps.describe(taskId, runId);
    return task === null ? null : wholeRecord(task);
  }

  return async (delivery) => {
    const { taskId, event } = delivery;
    const record = await recordOf(delivery);
    if (record === null) return null;
    const { status, taskType, startedAt, finishedAt } = record;
    if (event !== START && !isFinal(status)) throw new Error(`${taskId} has not ended yet`);
    if (event !== START && eventOf(taskType, status) !== event) return null;
    const whole = compactPipeline(await deps.readPipeline(taskId, record), undefined);
    const timestamp = (event === START ? startedAt : finishedAt) ?? new Date().toISOString();
    return JSON.stringify({ type: event, timestamp, data: statusBody(taskId, whole) });
  };
}
