import type { WrittenResponse } from '../route.ts';
import { runStream, type StreamDeps, type StreamSource } from './run-stream.ts';

const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // nginx would collect the events.
  'X-Accel-Buffering': 'no',
};

/**
 * The answer of a stream of events, which ends with the stream. HEAD gets its headers only.
 * @param options.open begins to follow what the client wants.
 * @param options.leave gives up the place of the stream.
 */
export const streamAnswer = (
  deps: StreamDeps,
  { open, leave }: { open: () => StreamSource; leave: () => void },
): WrittenResponse => ({
  status: 200,
  headers: STREAM_HEADERS,
  async write({ method }, response) {
    try {
      response.flushHeaders();
      if (method !== 'HEAD') await runStream(deps, response, open());
    } finally {
      leave();
      response.end();
    }
  },
});
