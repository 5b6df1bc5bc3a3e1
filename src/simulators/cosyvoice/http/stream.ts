import type { ServerResponse } from 'node:http';
import { wavHeader } from '../../../assets/wav.ts';
import type { Core } from '../core.ts';
import type { RequestRecord } from '../stats.ts';
import { send, serverError } from './answer.ts';
import { streamHeaders } from './stream-headers.ts';

/** One answer on its way. */
export interface Delivery {
  /** The process dies in the middle of the first segment. */
  death: boolean;
  core: Core;
  response: ServerResponse;
  record: RequestRecord;
}

/** Resolves when the bytes are with the system, or the client has gone. */
const write = (response: ServerResponse, bytes: Buffer): Promise<unknown> =>
  new Promise((resolve) => {
    if (response.destroyed || bytes.length === 0) return resolve(undefined);
    response.once('close', resolve);
    return response.write(bytes, resolve);
  });

/** Headers at once, then every segment when it is there; an exception after that can only cut the connection. */
export async function stream(
  { core, response, record, death }: Delivery,
  chunks: AsyncIterable<Buffer>,
): Promise<void> {
  const { counters, settings } = core;
  const { wrapper, sampleRate } = settings;
  response.writeHead(200, streamHeaders(wrapper, sampleRate));
  response.flushHeaders();
  if (wrapper === 'wav-stream') await write(response, wavHeader(0, sampleRate));
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) break;
      await write(response, death ? chunk.subarray(0, chunk.length >> 1) : chunk);
      if (death) return core.die();
      counters.change(record, { bytesSent: record.bytesSent + chunk.length });
    }
    counters.end(record, response.destroyed ? 'disconnected' : 'completed');
    return void response.end();
  } catch {
    counters.end(record, response.destroyed ? 'disconnected' : 'cut');
    return void response.destroy();
  }
}

/** A whole WAV file when all of it is there; a wrapper that collects can still say 500. */
export async function collect({ core, response, record }: Delivery, chunks: AsyncIterable<Buffer>): Promise<void> {
  const { counters, settings } = core;
  const parts: Buffer[] = [];
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) break;
      parts.push(chunk);
    }
  } catch {
    counters.end(record, response.destroyed ? 'disconnected' : 'refused');
    send(response, serverError);
    return;
  }
  const data = Buffer.concat(parts);
  const header = wavHeader(data.length, settings.sampleRate);
  counters.change(record, { bytesSent: data.length });
  counters.end(record, response.destroyed ? 'disconnected' : 'completed');
  response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': header.length + data.length });
  response.end(Buffer.concat([header, data]));
}
