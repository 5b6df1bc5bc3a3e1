import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The policy of an answer in JSON, should a browser ever show it as a page. */
export const JSON_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Sets the headers with which browsers guard an answer. Each kind of answer has a content policy of its own: JSON
 * `JSON_POLICY`, the page of the reference and active files their own. `Strict-Transport-Security` is left to the proxy
 * that speaks TLS.
 */
export const setSecurityHeaders = (): RequestHandler =>
  helmet({ contentSecurityPolicy: false, strictTransportSecurity: false, xFrameOptions: { action: 'deny' } });
