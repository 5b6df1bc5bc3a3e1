import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { Step } from './step.ts';

/** The policy of an answer in JSON, should a browser ever show it as a page. */
export const JSON_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Sets the headers with which browsers guard an answer. Each kind of answer has a content policy of its own: JSON
 * `JSON_POLICY`, the page of the reference and active files their own. `Strict-Transport-Security` is left to the proxy
 * that speaks TLS.
 */
export function setSecurityHeaders(): Step {
  // They are the same for every request, so helmet is asked once.
  const headers: [string, string][] = [];
  const response = { setHeader: (...header: [string, string]) => headers.push(header), removeHeader: () => undefined };
  const ask = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  ask({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return (_request, answer) => {
    for (const [name, value] of headers) answer.setHeader(name, value);
  };
}
