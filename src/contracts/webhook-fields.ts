import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import { choice, list, optional, plainText } from './fields.ts';
import { textInstead } from './text-instead.ts';
import { PIPELINE_EVENTS, TASK_EVENTS, type Webhook, type WebhookEvent } from './webhook-events.ts';

export const LONGEST_WEBHOOK_URL = 2000;
const URL_EXPECTED = `expected an address that begins with https:// or http://, of at most ${LONGEST_WEBHOOK_URL} characters`;

/** Whether a text is an address of HTTP with a host, and no control characters or spaces that `URL` would drop. */
const isHttpUrl = (text: string): boolean =>
  /^https?:\/\/[^/?#\\]/i.test(text) && !/[\s\p{Control}]/u.test(text) && URL.canParse(text);

/** An absolute address without its fragment, which is never sent. */
const webhookUrl = plainText(URL_EXPECTED)
  .trim()
  .refine((text) => text.length <= LONGEST_WEBHOOK_URL && isHttpUrl(text), URL_EXPECTED)
  .transform((text) => {
    const url = new URL(text);
    url.hash = '';
    return url.href;
  });

/** Forms send a list as a text with commas. */
const eventsOf = <const T extends readonly WebhookEvent[]>(known: T) => {
  const expected = `expected a list of ${known.join(', ')}`;
  return optional(
    z.preprocess(
      (value) => (typeof value === 'string' && textInstead(value) === '' ? value.split(',') : value),
      list(choice(known), 2 * known.length, expected)
        .refine((events) => events.length > 0, expected)
        .transform((events) => [...new Set(events)]),
    ),
  );
};

const urls = {
  /** Where the client is called when the task ends. */
  webhook_url: optional(webhookUrl),
  /** Another name of it. */
  callback_url: optional(webhookUrl),
};

/** Fields of `POST /submit_task`, and of `POST /submit_pipeline`. */
export const taskWebhookFields = { ...urls, webhook_events: eventsOf(TASK_EVENTS) };
export const pipelineWebhookFields = { ...urls, webhook_events: eventsOf(PIPELINE_EVENTS) };

interface Sent {
  webhook_url?: string | undefined;
  callback_url?: string | undefined;
  webhook_events?: readonly WebhookEvent[] | undefined;
}

export const webhookOf = ({
  webhook_url: url,
  callback_url: other,
  webhook_events: events,
}: Sent): Webhook | undefined => {
  const address = url ?? other;
  return address === undefined ? undefined : { url: address, ...(events === undefined ? {} : { events }) };
};

/** The errors that one field alone does not show. @param refuse why an address may not be used; null if it may. */
export function webhookErrors(sent: Sent, refuse: (url: URL) => string | null): FieldError[] {
  const { webhook_url: url, callback_url: other, webhook_events: events } = sent;
  if (url !== undefined && other !== undefined && url !== other)
    return [{ path: 'callback_url', message: 'differs from webhook_url; send one of them' }];
  const address = url ?? other;
  if (address === undefined)
    return events === undefined ? [] : [{ path: 'webhook_events', message: 'expected webhook_url beside it' }];
  const refused = refuse(new URL(address));
  return refused === null ? [] : [{ path: url === undefined ? 'callback_url' : 'webhook_url', message: refused }];
}
