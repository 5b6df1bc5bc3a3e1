import http from 'node:http';
import type { HostileBody } from './bodies.ts';

/** Longer than any answer may take; who waits so long has found something. */
const GIVE_UP_MS = 120_000;

export interface Answer {
  /** The HTTP status, or why there is none. */
  status: string;
  ms: number;
}

/**
 * Sends one body to the API. The client that does is a program of its own, which must not keep the quiet one from its
 * turn: it sends bytes as they are.
 */
export function createSender(apiUrl: string) {
  const agent = new http.Agent({ keepAlive: true });
  return ({ path, body }: Pick<HostileBody, 'path'> & { body: Buffer }): Promise<Answer> =>
    new Promise((resolve) => {
      const began = performance.now();
      const end = (status: string): void => resolve({ status, ms: performance.now() - began });
      const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
      const request = http.request(`${apiUrl}${path}`, { method: 'POST', headers, agent, timeout: GIVE_UP_MS });
      request.on('response', (response) => {
        response.resume().on('end', () => end(String(response.statusCode)));
        response.on('error', ({ message }) => end(message));
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', ({ message }) => end(message));
      request.end(body);
    });
}
