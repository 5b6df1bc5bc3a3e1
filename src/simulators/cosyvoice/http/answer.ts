import type { ServerResponse } from 'node:http';

/**
 * An answer that is whole before it is sent. A string goes as plain text, anything else as JSON; without a body it is
 * empty.
 */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const serverError: Answer = { status: 500, body: 'Internal Server Error' };

const typeOf = (body: unknown): string => (typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json');

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-length': Buffer.byteLength(text),
    ...(body !== undefined && { 'content-type': typeOf(body) }),
    ...headers,
  });
  response.end(text);
}
