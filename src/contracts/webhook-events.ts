import { PIPELINE, type TaskStatus, type WorkType } from './names.ts';

/** Constants and types only: workflow code imports this file. */

export const TASK_EVENTS = ['task.started', 'task.completed', 'task.failed'] as const;
export const PIPELINE_EVENTS = ['pipeline.completed', 'pipeline.failed'] as const;
export const WEBHOOK_EVENTS = [...TASK_EVENTS, ...PIPELINE_EVENTS] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Where a client wants to be called, in the input and the memo of its task. */
export interface Webhook {
  /** May contain credentials; only the sender uses it. Everything else shows `shownAddress`. */
  url: string;
  /** Absent: the ends. */
  events?: readonly WebhookEvent[];
  /** The trace of the submission, in the form of the W3C header `traceparent`. */
  traceparent?: string;
}

/** Whether a client asked for an event. */
export const wantsEvent = ({ events }: Webhook, event: WebhookEvent): boolean =>
  events === undefined ? event !== 'task.started' : events.includes(event);

/**
 * The event of a status; null for a status that has none. It follows the word of the status: a task that was cancelled
 * or terminated, timed out or got lost has failed.
 */
export function eventOf(type: WorkType, status: TaskStatus): WebhookEvent | null {
  if (status === 'pending') return null;
  if (type === PIPELINE) return status === 'processing' ? null : `pipeline.${status}`;
  return status === 'processing' ? 'task.started' : `task.${status}`;
}

/** The workflow type of a delivery. */
export const WEBHOOK = 'webhook';
/** Sent to a delivery that waits for its next try. */
export const DELIVER_NOW_SIGNAL = 'deliverNow';

/** An event of one run of a task, and where it is sent: the input of a delivery. */
export interface WebhookDelivery {
  /** The `webhook-id`; the same for each try, however often it is delivered again. */
  id: string;
  event: WebhookEvent;
  taskId: string;
  /** The run in Temporal; null for a lost task, which only Redis knows. */
  runId: string | null;
  /** In ms since 1970, as in the version of a status. */
  runStartedAt: number;
  url: string;
  /** That of the submission. */
  traceparent?: string;
}

/** How a receiver answered one try, or why it did not. */
export interface WebhookAnswer {
  /** The HTTP status; null without an answer. */
  status: number | null;
  /** Null for an answer. */
  error: string | null;
  /** How long it took, in ms. */
  tookMs: number;
  /** What the receiver asked for with `Retry-After`, in ms. */
  retryAfterMs: number | null;
}

/** One try in the memo of a delivery. */
export interface WebhookTry extends Omit<WebhookAnswer, 'retryAfterMs'> {
  /** When its answer came, ISO 8601 in UTC. */
  at: string;
}

/**
 * `delivered`: the receiver took it. `failed`: no try was left. `gone`: the receiver answered 410. `dropped`: there is
 * nothing to send, because the task was deleted or its end was undone by a reset.
 */
export type WebhookState = 'pending' | 'delivered' | 'failed' | 'gone' | 'dropped';

/** The state of a delivery that its memo shows. */
export interface WebhookProgress {
  state: WebhookState;
  tries: WebhookTry[];
  /** ISO 8601 in UTC; null unless it waits for its next try. */
  nextTryAt: string | null;
}
export const PROGRESS_MEMO = 'progress';

/** The memo of a delivery. */
export interface WebhookMemo extends Record<string, unknown> {
  id: string;
  event: WebhookEvent;
  taskId: string;
  [PROGRESS_MEMO]?: WebhookProgress;
}

export interface WebhookActivities {
  /**
   * Sends the event once. @returns null if there is nothing to send. @throws if the task cannot be read now, or too many
   * deliveries are under way; then it is tried again, and this does not count as a try.
   */
  sendWebhook(delivery: WebhookDelivery): Promise<WebhookAnswer | null>;
}
