import type { WebhookEvent } from '../contracts/webhook-events.ts';
import { derivedUuid } from '../text/derived-uuid.ts';

/** An event of one run of a task. Whoever notices it derives the same ids, so that it is delivered once. */
export interface RunEvent {
  taskId: string;
  /** In ms since 1970. */
  runStartedAt: number;
  event: WebhookEvent;
}

/** The `webhook-id`. */
export const webhookId = ({ taskId, runStartedAt, event }: RunEvent): string =>
  `msg_${derivedUuid('webhook', taskId, String(runStartedAt), event)}`;

/** The beginning of the ids of all deliveries of a task. */
export const deliveriesOf = (taskId: string): string => `webhook-${taskId}-`;

/** The id of the workflow that delivers it. */
export const deliveryId = ({ taskId, runStartedAt, event }: RunEvent): string =>
  `${deliveriesOf(taskId)}${runStartedAt}-${event}`;
