import {
  WEBHOOK,
  type WebhookEvent,
  type WebhookMemo,
  type WebhookProgress,
  PROGRESS_MEMO,
} from '../contracts/webhook-events.ts';
import type { Temporal } from '../temporal/connection.ts';
import { deliveriesOf } from './webhook-id.ts';

/** A delivery as its workflow shows it. */
export interface ListedDelivery extends WebhookProgress {
  id: string;
  event: WebhookEvent;
  /** ISO 8601 in UTC. */
  createdAt: string;
  finishedAt: string | null;
}

const queryOf = (taskId: string): string =>
  `WorkflowType = "${WEBHOOK}" AND WorkflowId STARTS_WITH "${deliveriesOf(taskId)}"`;
const NO_TRY: WebhookProgress = { state: 'pending', tries: [], nextTryAt: null };

/** The deliveries of a task, newest first. Visibility shows them after some ten milliseconds. */
export async function listDeliveries({ client }: Temporal, taskId: string): Promise<ListedDelivery[]> {
  const found: ListedDelivery[] = [];
  for await (const run of client.workflow.list({ query: queryOf(taskId), pageSize: 100 })) {
    const memo = run.memo as WebhookMemo | undefined;
    if (memo === undefined) continue;
    const { id, event, [PROGRESS_MEMO]: progress = NO_TRY } = memo;
    const isOver = run.status.name !== 'RUNNING';
    // Somebody ended it in the Web UI.
    const state = isOver && progress.state === 'pending' ? 'failed' : progress.state;
    found.push({
      id,
      event,
      ...progress,
      state,
      nextTryAt: isOver ? null : progress.nextTryAt,
      createdAt: run.startTime.toISOString(),
      finishedAt: run.closeTime?.toISOString() ?? null,
    });
  }
  return found.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** The runs of the workflows that deliver the events of a task. */
export async function listDeliveryIds(
  { client }: Temporal,
  taskId: string,
): Promise<{ workflowId: string; runId: string }[]> {
  const found: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: queryOf(taskId), pageSize: 100 }))
    found.push({ workflowId, runId });
  return found;
}
