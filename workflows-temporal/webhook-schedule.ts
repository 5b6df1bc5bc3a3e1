import type { WebhookAnswer } from '../src/contracts/webhook-events.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
/** The waits after the first, the second, … failed try: the schedule of Standard Webhooks, about three days. */
export const WAITS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
export const MOST_TRIES = WAITS_MS.length + 1;
/** A receiver may put the next try off until then. */
export const LONGEST_WAIT_MS = 24 * HOUR;
/** Waits grow by up to this share, so that deliveries that failed together do not return together. */
const JITTER = 0.1;

const GONE = 410;
/** Redirects are not followed, so they are failures. */
const isSuccess = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/**
 * What follows an answer.
 * @param tries how many there were, with this one.
 * @param random 0–1.
 * @returns the end of the delivery, or the time until its next try in ms.
 */
export function afterAnswer(
  { status, retryAfterMs }: Pick<WebhookAnswer, 'status' | 'retryAfterMs'>,
  tries: number,
  random: number,
): 'delivered' | 'gone' | 'failed' | number {
  if (isSuccess(status)) return 'delivered';
  if (status === GONE) return 'gone';
  const wait = WAITS_MS[tries - 1];
  if (wait === undefined) return 'failed';
  return Math.min(LONGEST_WAIT_MS, Math.max(Math.round(wait * (1 + JITTER * random)), retryAfterMs ?? 0));
}
