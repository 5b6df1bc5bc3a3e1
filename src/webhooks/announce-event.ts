import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { QUEUES } from '../contracts/names.ts';
import {
  DELIVER_NOW_SIGNAL,
  type Webhook,
  WEBHOOK,
  type WebhookDelivery,
  type WebhookMemo,
  wantsEvent,
} from '../contracts/webhook-events.ts';
import type { Temporal } from '../temporal/connection.ts';
import { fitSummary } from '../temporal/fit-texts.ts';
import { deliveryId, type RunEvent, webhookId } from './webhook-id.ts';

/** An event that somebody may have to be told. */
export interface Announced extends RunEvent {
  /** Null for a lost task. */
  runId: string | null;
  webhook: Webhook;
}

/** Starts the delivery of an event, unless it has started before. @throws a gRPC error if Temporal does not answer. */
export type AnnounceEvent = (announced: Announced) => Promise<void>;

const LIMIT_MS = 2500;
const MOST_REMEMBERED = 10_000;

/** The start of a delivery. */
function startOf({ webhook, runId, taskId, runStartedAt, event }: Announced, taskQueue: string) {
  const run = { taskId, runStartedAt, event };
  const { url, traceparent } = webhook;
  const trace = traceparent === undefined ? {} : { traceparent };
  const delivery: WebhookDelivery = { ...run, id: webhookId(run), runId, url, ...trace };
  return {
    workflowId: deliveryId(run),
    taskQueue,
    args: [delivery],
    memo: { id: delivery.id, event, taskId } satisfies WebhookMemo,
    staticSummary: fitSummary(`${event} of ${taskId} to ${new URL(url).host}`),
  };
}

/**
 * Creates the one way to begin a delivery. The id of its workflow is derived from the event, and the server refuses a
 * second one, so several workers, a replay and the reconciler may all announce the same event.
 */
export function createAnnounceEvent(temporal: Temporal, taskQueue: string = QUEUES.control): AnnounceEvent {
  const begun = new Set<string>();
  return async (announced) => {
    const id = deliveryId(announced);
    if (begun.has(id) || !wantsEvent(announced.webhook, announced.event)) return;
    await temporal.connection
      .withDeadline(Date.now() + LIMIT_MS, () =>
        temporal.client.workflow.start(WEBHOOK, {
          ...startOf(announced, taskQueue),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      });
    if (begun.size >= MOST_REMEMBERED) begun.clear();
    begun.add(id);
  };
}

/**
 * Delivers an event again: at once if its delivery waits for the next try, otherwise from the beginning. The receiver
 * gets the same `webhook-id`.
 */
export async function deliverAgain(
  temporal: Temporal,
  announced: Announced,
  taskQueue: string = QUEUES.control,
): Promise<void> {
  await temporal.client.workflow.signalWithStart(WEBHOOK, {
    ...startOf(announced, taskQueue),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    signal: DELIVER_NOW_SIGNAL,
  });
}
