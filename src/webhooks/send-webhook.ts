import { type Dispatcher, request } from 'undici';
import { splitAddress } from '../contracts/engine-address.ts';
import type { WebhookAnswer } from '../contracts/webhook-events.ts';
import { PRIVATE_ADDRESS_CODE } from '../outbound/guarded-agent.ts';
import { codeOf } from '../outbound/undici-errors.ts';
import { parseRetryAfter } from './retry-after.ts';
import { deliveryTrace } from './delivery-trace.ts';
import { webhookHeaders } from './sign-webhook.ts';

/** Receivers should answer at once and work later. */
export const ANSWER_MS = 20_000;
/** The rest of an answer is not read. */
const READ_BYTES = 16 * 1024;

export const PRIVATE_ADDRESS =
  'the host does not lead to a public address; the operator can allow private ones with WEBHOOK_ALLOW_PRIVATE=true';

const WORDS: Readonly<Record<string, string>> = {
  [PRIVATE_ADDRESS_CODE]: PRIVATE_ADDRESS,
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection was closed without an answer',
  UND_ERR_SOCKET: 'the connection was closed without an answer',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
};

/** Without addresses, which the messages of Node contain. */
const wordsOf = (error: unknown): string => {
  const code = codeOf(error);
  return WORDS[code] ?? (code === '' ? 'the request failed' : `the request failed (${code})`);
};

export interface WebhookMessage {
  id: string;
  body: string;
  /** The trace of the submission. */
  traceparent?: string | undefined;
}

export type SendWebhook = (url: string, message: WebhookMessage) => Promise<WebhookAnswer>;

/**
 * Creates a function that posts a message to a webhook once. User and password of the address are sent as basic
 * authentication. Redirects are not followed. It never rejects.
 * @param deps.dispatcher decides which addresses are allowed.
 */
export function createSendWebhook(deps: {
  dispatcher: Dispatcher;
  secrets: readonly Buffer[];
  /** Of the middleware, for `User-Agent`. */
  version: string;
  now: () => Date;
  answerMs?: number;
}): SendWebhook {
  const { dispatcher, secrets, version, now, answerMs = ANSWER_MS } = deps;
  return async (address, { id, body: text, traceparent }) => {
    const { authorization } = splitAddress(address);
    const url = new URL(address);
    url.username = '';
    url.password = '';
    const begun = performance.now();
    const late = AbortSignal.timeout(answerMs);
    const took = (): number => Math.round(performance.now() - begun);
    try {
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': `gpu-middleware/${version}`,
          ...(authorization === undefined ? {} : { authorization }),
          ...(traceparent === undefined ? {} : { traceparent: deliveryTrace(traceparent) }),
          ...webhookHeaders(secrets, { id, body: text, now: now() }),
        },
        body: text,
        dispatcher,
        signal: late,
      });
      const retryAfterMs = parseRetryAfter(headers['retry-after']?.toString(), now());
      await body.dump({ limit: READ_BYTES, signal: late }).catch(() => undefined);
      return { status: statusCode, error: null, tookMs: took(), retryAfterMs };
    } catch (error) {
      const words = late.aborted ? `no answer within ${answerMs / 1000} seconds` : wordsOf(error);
      return { status: null, error: words, tookMs: took(), retryAfterMs: null };
    }
  };
}
