import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

const VERBS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

/** Lets every page of every site in, as upstream does. @returns the answer to a preflight. */
export function cors({ method, headers }: IncomingMessage, response: ServerResponse): Answer | undefined {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  const preflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  const named = preflight || headers.cookie !== undefined;
  response.setHeader('access-control-allow-origin', named ? origin : '*');
  response.setHeader('access-control-allow-credentials', 'true');
  if (named) response.setHeader('vary', 'Origin');
  if (!preflight) return undefined;
  response.setHeader('access-control-allow-methods', VERBS);
  response.setHeader('access-control-max-age', '600');
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
  return { status: 200, body: 'OK' };
}
