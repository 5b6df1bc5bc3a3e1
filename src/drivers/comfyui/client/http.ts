import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { splitAddress, withAuthorization, withQuery } from '../../../contracts/engine-address.ts';
import { AppError } from '../../../errors.ts';
import { ConnectionFailure, connectionFailure } from './connection-failure.ts';
import { parsePythonJson } from './python-json.ts';
import { watchTransfer } from './transfer-speed.ts';

export interface Answer {
  status: number;
  /** Undefined if the body is not JSON: some of ComfyUI's errors are plain text or empty. */
  json: unknown;
}

export interface RequestOptions {
  body?: unknown;
  /** In milliseconds, for the whole answer; for a download, for its headers and for each pause. */
  timeout: number;
  signal?: AbortSignal | undefined;
}

export interface Http {
  /** @throws {ConnectionFailure} when ComfyUI did not answer; {AppError} `comfyui_denied`; the signal's reason. */
  send(method: 'GET' | 'POST', path: string, options: RequestOptions): Promise<Answer>;
  /** Streams a body; `timeout` is for the headers and for each pause. */
  download(
    path: string,
    options: RequestOptions,
  ): Promise<{ status: number; headers: Readonly<Record<string, string | undefined>>; body: Readable }>;
  /** Sends a stream of a known length. */
  upload(path: string, body: Readable, headers: Record<string, string>, options: RequestOptions): Promise<Answer>;
  /** The address of the socket. */
  socketUrl(path: string): string;
  readonly headers: Readonly<Record<string, string>>;
  /** The address without credentials, for messages. */
  readonly shown: string;
}

const GATEWAY = new Set([502, 503, 504, 521, 522, 523, 524]);
const DENIED = new Set([401, 403, 407]);

const single = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** In bytes, far more than ComfyUI's answers have. */
const LARGEST_ANSWER = 64 * 1024 * 1024;
/** Milliseconds. Once ComfyUI begins a small answer, it writes all of it at once. */
const BODY_PATIENCE = 1000;

function throwUnlessAnswered(status: number): void {
  if (GATEWAY.has(status)) throw new ConnectionFailure('gateway', `HTTP ${status}`);
  if (DENIED.has(status)) throw new AppError('comfyui_denied', `HTTP ${status}`);
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const transfer = watchTransfer('its answer comes', BODY_PATIENCE);
  const drop = (): void => void body.destroy(transfer.signal.reason as Error);
  transfer.signal.addEventListener('abort', drop);
  try {
    // Leaving the loop destroys the body.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      transfer.moved(chunk.length);
      size += chunk.length;
      if (size > LARGEST_ANSWER)
        throw new ConnectionFailure('nonsense', `its answer is larger than ${LARGEST_ANSWER / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
  } finally {
    transfer.done();
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

async function read({ statusCode: status, body }: Dispatcher.ResponseData): Promise<Answer> {
  const text = await textOf(body);
  throwUnlessAnswered(status);
  return { status, json: parsePythonJson(text) };
}

/** Converts an error of a request into the error that the caller gets. */
function failureOf(error: unknown, limit: AbortSignal | undefined): unknown {
  if (error instanceof ConnectionFailure || error instanceof AppError) return error;
  if (limit?.aborted === true) return new ConnectionFailure('timeout', 'no complete answer in time', error);
  return connectionFailure(error);
}

/**
 * Creates requests to one ComfyUI with the configured headers. It sends no Origin header, because ComfyUI would check
 * it.
 */
export function createHttp(options: { url: string; headers?: Record<string, string> | undefined }): Http {
  const { url: base, query, authorization } = splitAddress(options.url);
  const headers = withAuthorization(options.headers ?? {}, authorization);
  const dispatcher = new Agent({ connect: { timeout: 5000 }, connections: 8, pipelining: 1 });

  async function startRequest(
    path: string,
    own: Partial<Dispatcher.RequestOptions>,
    { timeout, signal }: RequestOptions,
  ) {
    signal?.throwIfAborted();
    try {
      return await request(withQuery(`${base}${path}`, query), {
        dispatcher,
        method: 'GET',
        headersTimeout: timeout,
        bodyTimeout: timeout,
        ...own,
        headers: { ...headers, ...(own.headers as Record<string, string> | undefined) },
        ...(signal !== undefined && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw connectionFailure(error);
    }
  }

  /** Sends one request and reads its whole answer within `limit`. */
  async function exchange(
    path: string,
    own: Partial<Dispatcher.RequestOptions>,
    wanted: RequestOptions & { limit?: AbortSignal },
  ) {
    const { signal, limit } = wanted;
    const both = AbortSignal.any([signal, limit].filter((one) => one !== undefined));
    try {
      return await read(await startRequest(path, own, { ...wanted, signal: both }));
    } catch (error) {
      signal?.throwIfAborted();
      throw failureOf(error, limit);
    }
  }

  return {
    headers,
    shown: base,
    socketUrl: (path) => withQuery(`${base.replace(/^http/, 'ws')}${path}`, query),

    async send(method, path, wanted) {
      const json = wanted.body === undefined ? {} : { body: JSON.stringify(wanted.body) };
      const type = wanted.body === undefined ? {} : { 'content-type': 'application/json' };
      const limit = AbortSignal.timeout(wanted.timeout);
      return exchange(path, { method, headers: type, ...json }, { ...wanted, limit });
    },

    async download(path, wanted) {
      const { statusCode: status, headers: received, body } = await startRequest(path, {}, wanted);
      if (status === 200) return { status, headers: single(received), body };
      body.on('error', () => undefined).destroy();
      // Here, ComfyUI itself answers 403 for some file names.
      if (status !== 403) throwUnlessAnswered(status);
      return { status, headers: single(received), body };
    },

    async upload(path, body, own, wanted) {
      return exchange(path, { method: 'POST', headers: own, body, headersTimeout: 0 }, wanted);
    },
  };
}
