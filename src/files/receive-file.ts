import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { FileFacts } from '../assets/describe-file.ts';
import { AppError, messageOf } from '../errors.ts';
import type { CheckSpace } from './disk-space.ts';

export interface ReceiveOptions {
  /** The path to write to; no file may exist there. */
  file: string;
  mostBytes: number;
  checkSpace: CheckSpace;
  signal?: AbortSignal | undefined;
}

/** The free space is checked after this many bytes. */
const LOOK_EVERY = 64 * 1024 * 1024;
/** The size of one write. More data wait while the disk is slow. */
const WRITE_BYTES = 1024 * 1024;

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** @throws the error for the client. */
function explain(thrown: unknown): never {
  const { code, syscall } = thrown as NodeJS.ErrnoException;
  if (thrown instanceof AppError) throw thrown;
  if (FULL.has(code ?? '')) throw new AppError('insufficient_storage', undefined, { cause: thrown });
  if (syscall === 'open' || syscall === 'write')
    throw new AppError('asset_folder_unavailable', messageOf(thrown), { cause: thrown });
  throw new AppError('malformed_request', 'the upload is incomplete', { cause: thrown });
}

/**
 * Writes a stream to a file and computes its hash. Keeps about two megabytes in memory. After a failure, a part of the
 * file may remain.
 * @throws {AppError} `file_too_large`, `insufficient_storage`, `asset_folder_unavailable`, `malformed_request` if the
 * stream breaks off; the signal's reason.
 */
export async function receiveFile(source: AsyncIterable<Buffer>, options: ReceiveOptions): Promise<FileFacts> {
  const { file, mostBytes, checkSpace, signal } = options;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let looked = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > mostBytes) throw new AppError('file_too_large', `the limit is ${mostBytes} bytes`);
      if (sizeBytes - looked >= LOOK_EVERY) {
        looked = sizeBytes;
        await checkSpace(0);
      }
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    const target = createWriteStream(file, { flags: 'wx', highWaterMark: WRITE_BYTES });
    await pipeline(counted(source), target, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    explain(error);
  }
  return { file, sizeBytes, sha256: hash.digest('hex') };
}
