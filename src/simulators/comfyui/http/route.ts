import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';

/** One request on its way to a route. */
export interface Call {
  core: Core;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** The values of the placeholders in the route's path, in order. */
  params: string[];
  body: Buffer;
}

/** `body` is sent as JSON when it is an object, as it is when a buffer; without one the answer is empty. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Handle = (call: Call) => Answer | 'handled' | Promise<Answer | 'handled'>;

export interface Route {
  method: 'GET' | 'POST';
  /** Without the `/api` that works in front of every route of the real server. */
  path: RegExp;
  handle: Handle;
}

export const get = (path: RegExp, handle: Handle): Route => ({ method: 'GET', path, handle });
export const post = (path: RegExp, handle: Handle): Route => ({ method: 'POST', path, handle });

export const ok = (body?: unknown): Answer => ({ status: 200, body });
export const empty = (status = 200): Answer => ({ status });
/** Python's answer to an error that nobody caught; not JSON. */
export const serverError = (): Answer => ({
  status: 500,
  body: '500 Internal Server Error\n\nServer got itself in trouble',
});

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed || response.writableEnded) return;
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const isRaw = body === undefined || Buffer.isBuffer(body);
  const bytes = isRaw ? (body ?? Buffer.alloc(0)) : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  response.writeHead(status, {
    ...(!isRaw && { 'Content-Type': `${type}; charset=utf-8` }),
    'Content-Length': String(bytes.length),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

/** An answer that comes byte by byte and never ends. */
export function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(timer));
}
