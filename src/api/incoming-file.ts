import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { IncomingFile } from '../files/file-library.ts';
import { askForBody } from './http-server.ts';

/** A client that sends nothing for so long is not waited for. */
const IDLE_MS = 60_000;

async function* chunksOf(request: IncomingMessage, stop: AbortController, idleMs: number): AsyncGenerator<Buffer> {
  const late = setTimeout(() => stop.abort(new AppError('request_timeout')), idleMs);
  askForBody(request);
  try {
    // The connection stays for the answer, whatever goes wrong.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      late.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(late);
  }
}

/**
 * The body of a request as a file that comes. A client may take hours for it, as long as it sends something every
 * minute.
 */
export function incomingFile(request: IncomingMessage, idleMs = IDLE_MS): IncomingFile {
  const stop = new AbortController();
  const declared = request.headers['content-length'];
  return {
    body: chunksOf(request, stop, idleMs),
    declaredBytes: declared === undefined ? undefined : Number(declared),
    signal: stop.signal,
  };
}
