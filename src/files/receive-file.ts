import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { FileFacts } from '../assets/describe-file.ts';
import { AppError } from '../errors.ts';
import { diskError } from './disk-error.ts';
import type { CheckSpace } from './disk-space.ts';

export interface ReceiveOptions {
  /** Where it is written; nothing may be there. */
  file: string;
  mostBytes: number;
  checkSpace: CheckSpace;
  signal?: AbortSignal | undefined;
}

/** How often the space on the disk is looked at, in bytes: 250 uploads at the same time leave the reserve. */
const LOOK_EVERY = 4 * 1024 * 1024;
/** After so many bytes the disk is told to keep them, while more come. At the end little of a large file is left. */
const SYNC_EVERY = 64 * 1024 * 1024;
/** What is written at once. More of them wait while the disk is slow. */
const WRITE_BYTES = 1024 * 1024;

/** Calls of the system that write, in errors. What fails elsewhere is the connection. */
const OURS = new Set(['open', 'write', 'fsync', 'fdatasync', 'close']);

/** The error as the client is to see it. */
function explain(thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  if (OURS.has((thrown as NodeJS.ErrnoException).syscall ?? '')) return diskError(thrown);
  return new AppError('malformed_request', 'the upload is incomplete', { cause: thrown });
}

/**
 * Writes a stream to a file, and computes its hash on the way. Holds about two megabytes of it in memory. On failure a
 * part of the file may stay.
 * @throws {AppError} `file_too_large`, `insufficient_storage`, `asset_folder_unavailable`, `malformed_request` when the
 * stream breaks off; the signal's reason.
 */
export async function receiveFile(source: AsyncIterable<Buffer>, options: ReceiveOptions): Promise<FileFacts> {
  const { file, mostBytes, checkSpace, signal } = options;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let looked = 0;
  try {
    const handle = await open(file, 'wx');
    let synced = 0;
    let syncing = Promise.resolve();
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        if (sizeBytes > mostBytes) throw new AppError('file_too_large', `the limit is ${mostBytes} bytes`);
        if (sizeBytes - looked >= LOOK_EVERY) {
          looked = sizeBytes;
          await checkSpace(0);
        }
        if (sizeBytes - synced >= SYNC_EVERY) {
          synced = sizeBytes;
          await syncing;
          syncing = handle.datasync();
          // Whoever awaits it next learns of an error.
          syncing.catch(() => undefined);
        }
        hash.update(chunk);
        yield chunk;
      }
      await syncing;
    };
    // Closes the file, whatever happens, as soon as it is synced.
    const target = handle.createWriteStream({ highWaterMark: WRITE_BYTES });
    await pipeline(counted(source), target, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error);
  }
  return { file, sizeBytes, sha256: hash.digest('hex') };
}
