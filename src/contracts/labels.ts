import { z } from 'zod';
import { list, number, optional, plainText, prose } from './fields.ts';
import { momentSchema } from './moment.ts';
import { isJsonText, objectTextIn, textInstead } from './text-instead.ts';
import type { Webhook } from './webhook-events.ts';

/** The labels of a task and the time at which it should run. */

export const MOST_TAGS = 10;
export const LONGEST_TAG = 50;
export const MOST_METADATA_BYTES = 4096;
/** A year. */
export const LONGEST_DELAY_SECONDS = 31_536_000;

const TAG = `expected a tag of 1 to ${LONGEST_TAG} letters, digits, spaces and _ . : @ / + -`;
export const tagSchema = prose(
  plainText(TAG)
    .trim()
    .regex(new RegExp(String.raw`^[\p{L}\p{N} _.:@/+-]{1,${LONGEST_TAG}}$`, 'u'), TAG),
);

/** Forms send a list as a text with commas; tags never contain commas. */
const tags = z.preprocess(
  (value) => (typeof value === 'string' && textInstead(value) === '' ? value.split(',') : value),
  list(tagSchema, MOST_TAGS, `expected a list of at most ${MOST_TAGS} tags`).transform((all) => [...new Set(all)]),
);

const METADATA = `expected JSON of at most ${MOST_METADATA_BYTES} bytes`;

/** Whether a value has a number that lost digits when it was parsed. */
const hasLargeNumber = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
};

const metadata = z.unknown().superRefine((value, context) => {
  const found = objectTextIn(value);
  const written = isJsonText(value) ? textInstead(value) : found === undefined ? '' : `; ${found}`;
  const message =
    new TextEncoder().encode(JSON.stringify(value)).length > MOST_METADATA_BYTES
      ? METADATA
      : hasLargeNumber(value)
        ? 'a number in it is too large to be given back digit by digit; send it as text'
        : written === ''
          ? undefined
          : METADATA + written;
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const DELAY = `expected a number of seconds from 0 to ${LONGEST_DELAY_SECONDS}`;

/** Fields of `POST /submit_task` and `POST /submit_pipeline`. */
export const labelFields = {
  /** Words by which the task can be found. */
  tags: optional(tags),
  /** The client's own data, which the status returns. */
  metadata: optional(metadata),
  /** The time at which the task takes its place in the queue. */
  run_at: optional(momentSchema),
  delay_seconds: optional(
    number(z.number(DELAY).refine((value) => value >= 0 && value <= LONGEST_DELAY_SECONDS, DELAY)),
  ),
};

/** The labels of a submitted task. */
export interface TaskLabels {
  /** The owner. */
  client?: string;
  tags?: readonly string[];
  metadata?: unknown;
  /** A hash of the request under an idempotency key. */
  fingerprint?: string;
  /** The trace of the request, in the form of the W3C header. */
  traceparent?: string;
  webhook?: Webhook;
}
