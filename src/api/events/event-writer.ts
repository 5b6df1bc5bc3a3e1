import type { ServerResponse } from 'node:http';

/** A client that takes nothing for this long is disconnected. */
const SLOW_MS = 60_000;

/** One event in the form of https://html.spec.whatwg.org/multipage/server-sent-events.html. @param data JSON */
export const formatEvent = (event: string, data: string, id = ''): string =>
  `${id === '' ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;

/** A comment, so that proxies keep the connection. */
export const HEARTBEAT = ': no change\n\n';

/**
 * Writes to a client and waits until it has taken the bytes, so that a slow client keeps at most one event in memory.
 */
export function createEventWriter(response: ServerResponse) {
  return async (event: string | Buffer): Promise<void> => {
    if (response.destroyed || response.write(event)) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => response.destroy(), SLOW_MS);
      const done = (): void => {
        clearTimeout(late);
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.once('drain', done).once('close', done);
    });
  };
}
