import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/** How much of all bodies together is read in one turn of the event loop, in bytes. */
const TURN_BYTES = 1024 * 1024;

/**
 * Reads large bodies in small turns. Node reads up to two megabytes of each connection in one turn, so forty clients
 * that send at once would keep the others waiting. Bodies that are sent compressed are paced by their decompression.
 */
export function paceReading(): RequestHandler {
  let read = 0;
  let paused: IncomingMessage[] = [];
  const nextTurn = (): void => {
    const resumed = paused;
    read = 0;
    paused = [];
    for (const request of resumed) request.resume();
  };
  return (request, _response, next) => {
    if (request.headers['content-encoding'] === undefined)
      request.on('data', (chunk: Buffer) => {
        if (read === 0) setImmediate(nextTurn);
        read += chunk.length;
        if (read < TURN_BYTES || request.isPaused()) return;
        request.pause();
        paused.push(request);
      });
    next();
  };
}
