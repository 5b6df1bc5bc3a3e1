import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { Step } from './step.ts';

/** The header that names a request. */
export const REQUEST_ID = 'X-Request-Id';
const SENT = 'x-request-id';

/** An id that is safe in headers, log lines and shells. */
const SANE = /^[\w.~:@=+/-]{1,128}$/;

/** A new id for a request that brings none. */
export const newRequestId = (): string => randomUUID();

/** The id of the request that this response answers. */
export const requestIdOf = (response: Response): string => String(response.getHeader(REQUEST_ID));

/** Names every request: by its own `X-Request-Id` if that is sane, else by a new one. Every answer has the name. */
export const nameRequest: Step = (request, response) => {
  const sent = request.headers[SENT]?.toString();
  response.setHeader(REQUEST_ID, sent !== undefined && SANE.test(sent) ? sent : newRequestId());
};
