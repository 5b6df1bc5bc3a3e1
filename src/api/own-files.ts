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
  const left = Math.max(0, most - (await sent.sentToday(name).catch(() => 0)));
  let bytes = 0;
  const refuseAbove = (total: number): void => {
    if (total > left) throw new AppError('upload_limit_reached', `${left} of ${most} bytes are left until 00:00 UTC`);
  };
  async function* counted(body: IncomingFile['body']): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      bytes += chunk.length;
      refuseAbove(bytes);
      yield chunk;
    }
  }
  try {
    return await use((incoming) => {
      refuseAbove(bytes + Math.max(1, incoming.declaredBytes ?? 0));
      return { ...incoming, body: counted(incoming.body) };
    });
  } finally {
    await sent.count(name, bytes).catch(() => undefined);
  }
}
