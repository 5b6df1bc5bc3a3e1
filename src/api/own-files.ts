import { AppError } from '../errors.ts';
import type { IncomingFile } from '../files/file-library.ts';
import type { FoundFile } from '../files/find-file.ts';
import type { SentFile, SentFiles } from '../files/sent-files.ts';
import type { Caller } from './caller.ts';

export const asSent = ({ path, etag }: Pick<FoundFile, 'path' | 'etag'>): SentFile => ({ path, version: etag });

/**
 * Refuses to replace or delete a file that another client sent, or that nobody is known to have sent.
 * @throws {AppError} `file_not_yours`; `sender_unknown` while Redis is away.
 */
export async function requireOwn(sent: SentFiles, { role, name }: Caller, file: SentFile): Promise<void> {
  if (role === 'admin') return;
  const sender = await sent.senderOf(file).catch((error: unknown) => {
    throw new AppError('sender_unknown', file.path, { cause: error });
  });
  if (sender !== name) throw new AppError('file_not_yours', file.path);
}

/** Passes on a file and counts its bytes. @throws {AppError} `upload_limit_reached` */
type Meter = (incoming: IncomingFile) => IncomingFile;

/** Bytes are counted in blocks before they come: the first one is small, and each doubles what was counted. */
const BLOCK = { least: 64 * 1024, most: 4 * 1024 * 1024 } as const;

/** Takes bytes from what a client may send today. Uploads at the same time, and other processes, take from the same. */
function createAllowance(sent: SentFiles, name: string, most: number) {
  /** What this upload may send. */
  let taken = 0;
  /** What of it is counted in Redis. */
  let counted = 0;
  const count = async (bytes: number): Promise<number | null> => {
    const today = await sent.count(name, bytes).catch(() => null);
    if (today !== null) counted += bytes;
    return today;
  };
  return {
    /** @throws {AppError} `upload_limit_reached` if the upload may not have this size. */
    async require(total: number): Promise<void> {
      if (total <= taken) return;
      const block = Math.max(total - taken, Math.min(BLOCK.most, Math.max(BLOCK.least, taken)));
      const today = (await count(block)) ?? 0;
      taken += block;
      const over = Math.min(block, Math.max(0, today - most));
      if (over === 0) return;
      await count(-over);
      taken -= over;
      if (total > taken)
        throw new AppError('upload_limit_reached', `${taken} of ${most} bytes are left until 00:00 UTC`);
    },
    /** Gives back what was taken and not sent. */
    async settle(total: number): Promise<void> {
      if (counted > total) await count(total - counted);
    },
  };
}

/**
 * Counts what a client sends against the limit of its key for one day; what is refused half-way counts too. While Redis
 * is away, nothing is counted.
 * @param use sends each file through the meter.
 */
export async function metered<T>(
  sent: SentFiles,
  { name, limits }: Caller,
  use: (meter: Meter) => Promise<T>,
): Promise<T> {
  const most = limits.maxUploadBytesPerDay;
  if (most === undefined) return use((incoming) => incoming);
  const left = Math.max(0, most - (await sent.count(name, 0).catch(() => 0)));
  const allowance = createAllowance(sent, name, most);
  let bytes = 0;
  async function* counted(body: IncomingFile['body']): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      bytes += chunk.length;
      await allowance.require(bytes);
      yield chunk;
    }
  }
  try {
    return await use((incoming) => {
      if (bytes + Math.max(1, incoming.declaredBytes ?? 0) > left)
        throw new AppError('upload_limit_reached', `${left} of ${most} bytes are left until 00:00 UTC`);
      return { ...incoming, body: counted(incoming.body) };
    });
  } finally {
    await allowance.settle(bytes);
  }
}
