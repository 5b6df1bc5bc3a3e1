import path from 'node:path';
import pLimit from 'p-limit';
import { assetRoot, type AssetFolder } from '../assets/paths.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { SOURCE_ERRORS } from '../errors/sources.ts';
import { createCheckSpace } from '../files/disk-space.ts';
import { receiveFile } from '../files/receive-file.ts';
import { withUploadFolder } from '../files/upload-folder.ts';
import { createGuardedAgent } from '../outbound/guarded-agent.ts';
import { explainFailure } from './explain-failure.ts';
import { keepFile, type KeptFile } from './keep-file.ts';
import { openAddress, type OpenedAddress } from './open-address.ts';
import type { ValidSource } from './read-source.ts';

/** What became of one source: a file under ASSET_PATH, or the error. */
export type Fetched = KeptFile | { error: AppError };

export interface SourceFetcher {
  /**
   * Puts each source under ASSET_PATH. The order stays.
   * @param options.client who asked. One client cannot take all places.
   * @throws {AppError} `busy`, `insufficient_storage`, `asset_folder_unavailable`; the signal's reason.
   */
  fetch(
    sources: readonly ValidSource[],
    options: { client: string; signal?: AbortSignal | undefined },
  ): Promise<Fetched[]>;
  close(): Promise<void>;
}

export interface SourceFetcherOptions {
  assets: AssetFolder;
  /** The most bytes of all addresses of one request together; 0: nothing is fetched. */
  mostBytes: number;
  /** The time for all addresses of one request together. */
  seconds: number;
  /** Whether private addresses and `http://` are allowed. */
  allowPrivate: boolean;
  reserveBytes?: number | undefined;
  /** For tests. */
  agent?: Pick<Parameters<typeof createGuardedAgent>[0], 'ca' | 'resolve' | 'isAllowed'>;
}

/** Requests whose sources are fetched at once. */
export const MOST_FETCHING = { all: 64, ofClient: 32 } as const;
/** Addresses of one request that are fetched at once. */
const AT_ONCE = 6;
const CONNECT_MS = 5000;
const SILENCE_MS = 10_000;
const MOST_HEADER_BYTES = 16_384;

/** Errors of one source; others end the request. */
export const isSourceCode = (code: ErrorCode): boolean => Object.hasOwn(SOURCE_ERRORS, code);

/** How many bytes may still come. */
interface Room {
  left: number;
}

async function* bytesOf({ body, host, sizeBytes }: OpenedAddress, room: Room, tooLarge: () => AppError) {
  let received = 0;
  try {
    if (sizeBytes !== undefined && sizeBytes > room.left) throw tooLarge();
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length;
      room.left -= chunk.length;
      if (room.left < 0) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw explainFailure(error, host);
  } finally {
    body.on('error', () => undefined).destroy();
  }
  if (sizeBytes !== undefined && received !== sizeBytes)
    throw new AppError('source_unreachable', `${host} announced ${sizeBytes} bytes and sent ${received}`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Creates the one part of a process that fetches what payloads name. Close it at the end. */
export function createSourceFetcher(options: SourceFetcherOptions): SourceFetcher {
  const { assets, mostBytes, seconds, allowPrivate } = options;
  const dispatcher = createGuardedAgent({
    allowPrivate,
    connectMs: CONNECT_MS,
    silenceMs: SILENCE_MS,
    maxHeaderBytes: MOST_HEADER_BYTES,
    ...options.agent,
  });
  const checkSpace = createCheckSpace(assets.root, options.reserveBytes);
  /** How many requests each client has here. */
  const clients = new Map<string, number>();
  let requests = 0;
  const tooLarge = (): AppError =>
    new AppError('source_too_large', `all addresses of a request together may lead to ${mostBytes} bytes`);

  async function fetchOne(
    source: ValidSource,
    { file, room, signal }: { file: string; room: Room; signal: AbortSignal },
  ) {
    const receive = (body: AsyncIterable<Buffer>) =>
      receiveFile(body, { file, mostBytes: Number.MAX_SAFE_INTEGER, checkSpace, signal });
    if ('bytes' in source) return keepFile(assets, await receive(once(source.bytes)), source.extension);
    if (mostBytes === 0)
      throw new AppError('source_refused', 'the operator has switched fetching off (MAX_FETCH_MB=0)');
    const opened = await openAddress(source.address, { dispatcher, allowHttp: allowPrivate, signal });
    if ((opened.sizeBytes ?? 0) <= room.left) await checkSpace(opened.sizeBytes ?? 0);
    return keepFile(assets, await receive(bytesOf(opened, room, tooLarge)), opened.extension);
  }

  async function fetchAll(sources: readonly ValidSource[], wanted: AbortSignal | undefined): Promise<Fetched[]> {
    const late = AbortSignal.timeout(Math.round(seconds * 1000));
    const failed = new AbortController();
    const signal = AbortSignal.any([late, failed.signal, ...(wanted === undefined ? [] : [wanted])]);
    const limit = pLimit(AT_ONCE);
    const room: Room = { left: mostBytes };
    await assetRoot(assets);
    return withUploadFolder(assets.root, async (folder) => {
      const fetching = sources.map((source, index) =>
        limit(async (): Promise<Fetched> => {
          try {
            signal.throwIfAborted();
            return await fetchOne(source, { file: path.join(folder, String(index)), room, signal });
          } catch (error) {
            if (late.aborted && wanted?.aborted !== true && !failed.signal.aborted)
              return { error: new AppError('source_unreachable', `not all of it came within ${seconds} s`) };
            if (error instanceof AppError && isSourceCode(error.code)) return { error };
            failed.abort(error);
            throw error;
          }
        }),
      );
      // The folder stays until nothing is written to it.
      await Promise.allSettled(fetching);
      wanted?.throwIfAborted();
      failed.signal.throwIfAborted();
      return Promise.all(fetching);
    });
  }

  return {
    async fetch(sources, { client, signal }) {
      const mine = clients.get(client) ?? 0;
      if (requests >= MOST_FETCHING.all || mine >= MOST_FETCHING.ofClient)
        throw new AppError('busy', 'files for other requests are being fetched');
      requests += 1;
      clients.set(client, mine + 1);
      try {
        return await fetchAll(sources, signal);
      } finally {
        requests -= 1;
        const left = (clients.get(client) ?? 1) - 1;
        if (left === 0) clients.delete(client);
        else clients.set(client, left);
      }
    },
    close: () => dispatcher.destroy(),
  };
}
