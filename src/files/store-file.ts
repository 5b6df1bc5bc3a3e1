import { lstat, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { contentHash } from '../assets/content-hash.ts';
import { describeFile, type FileFacts } from '../assets/describe-file.ts';
import { AssetPathError, checkWritable, writableAsset, type AssetFolder } from '../assets/paths.ts';
import { placeFile } from '../assets/publish.ts';
import type { StoredFile } from '../contracts/stored-file.ts';
import { AppError } from '../errors.ts';
import { diskError } from './disk-error.ts';
import { etagOf, findFile } from './find-file.ts';
import { withPlace } from './place-lock.ts';
import { isOwnPlace, isPrivatePlace, OWN_FOLDERS_ONLY, storablePath } from './client-path.ts';

export interface Stored {
  file: StoredFile;
  /** Whether no file had its name. */
  isNew: boolean;
  /** As of {@link FoundFile}. */
  etag: string;
}

/** Whether a file may be changed. @param etag of the file; null if there is none. */
export type Condition = (etag: string | null) => boolean;

/**
 * What happens when a file has the name already. `same`: the same content is no error, so that an upload whose answer
 * was lost can be repeated.
 */
export type OnTaken = 'refuse' | 'same' | 'replace';

interface About {
  /** The name of the field that has the path, for errors. */
  field: string;
  onTaken: OnTaken;
  condition?: Condition | undefined;
}

const badPath = (field: string, message: string, cause?: unknown): AppError =>
  new AppError('invalid_request', `${field}: ${message}`, { fields: [{ path: field, message }], cause });

/** @param field the name of the field that is wrong, for the client */
async function naming<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AssetPathError ? badPath(field, error.message, error) : error;
  }
}

/** Undefined where there is nothing. A link is a link. */
const entryAt = (file: string) => lstat(file).catch(() => undefined);

async function refuseOwn(assets: AssetFolder, place: string): Promise<void> {
  if ((await isOwnPlace(assets, place)) || (await isPrivatePlace(assets, place)))
    throw new AssetPathError(OWN_FOLDERS_ONLY);
}

/** @throws {AppError} `precondition_failed` */
export async function requireState(assets: AssetFolder, relative: string, condition?: Condition): Promise<void> {
  if (condition === undefined) return;
  const found = await findFile(assets, relative).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'file_not_found') return null;
    throw error;
  });
  if (!condition(found?.etag ?? null)) throw new AppError('precondition_failed', relative);
}

/**
 * Gives a new file another time if it would have the ETag of the file that it replaces: the clocks of file systems stand
 * still for some milliseconds.
 */
async function makeDistinct(file: string, place: string): Promise<void> {
  const [now, former] = await Promise.all([file, place].map((one) => stat(one, { bigint: true })));
  if (now === undefined || former === undefined || etagOf(now) !== etagOf(former)) return;
  await utimes(file, now.atime, new Date(Number(now.mtimeMs) + 1));
}

/**
 * @param sizeBytes of the new file, if it is known
 * @returns whether a file is there.
 * @throws {AppError} `file_exists`; {AssetPathError} for a folder.
 */
async function refuseTaken(
  place: string,
  relative: string,
  { onTaken, sizeBytes }: { onTaken: OnTaken; sizeBytes?: number | undefined },
): Promise<boolean> {
  const entry = await entryAt(place);
  if (entry === undefined) return false;
  if (entry.isDirectory()) throw new AssetPathError(`expected the name of a file, but ${relative} is a folder`);
  const mayBeSame = onTaken === 'same' && entry.isFile() && (sizeBytes ?? entry.size) === entry.size;
  if (onTaken !== 'replace' && !mayBeSame) throw new AppError('file_exists', relative);
  return true;
}

/** @throws {AppError} `file_exists` when the content of a file is another one. */
async function refuseOther(place: string, relative: string, received: FileFacts): Promise<void> {
  const sha256 = await contentHash(place).catch(() => undefined);
  if (sha256 !== received.sha256) throw new AppError('file_exists', relative);
}

/**
 * Checks, before its bytes come, whether a file may be stored. Makes nothing.
 * @param about.sizeBytes of the file, if the client said it
 * @returns the path relative to ASSET_PATH.
 * @throws {AppError} `invalid_request`, `file_exists`, `asset_folder_unavailable`
 */
export const checkStorable = (
  assets: AssetFolder,
  sent: string,
  about: About & { sizeBytes?: number | undefined },
): Promise<string> =>
  naming(about.field, async () => {
    const relative = storablePath(assets, sent);
    await checkWritable(assets, relative);
    await refuseTaken(path.join(assets.root, relative), relative, about);
    await requireState(assets, relative, about.condition);
    return relative;
  });

/**
 * Puts a received file in its place in one step.
 * @param relative what {@link checkStorable} gave
 * @throws as {@link checkStorable}, when things have changed since
 */
export const storeFile = (
  assets: AssetFolder,
  relative: string,
  received: FileFacts,
  { field, onTaken, condition }: About,
): Promise<Stored> =>
  naming(field, async () => {
    const place = await writableAsset(assets, relative);
    await refuseOwn(assets, place);
    const { sizeBytes } = received;
    const told = async (isNew: boolean): Promise<Stored> => {
      const [file, facts] = await Promise.all([
        describeFile(relative, { ...received, file: place }),
        stat(place, { bigint: true }),
      ]);
      return { file, isNew, etag: etagOf(facts) };
    };
    const store = async (): Promise<Stored> => {
      const isNew = !(await refuseTaken(place, relative, { onTaken, sizeBytes }));
      await requireState(assets, relative, condition);
      try {
        if (!isNew && onTaken === 'same') {
          await refuseOther(place, relative, received);
        } else {
          if (!isNew) await makeDistinct(received.file, place).catch(() => undefined);
          await placeFile(received.file, place, { overwrite: onTaken === 'replace' });
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskError(error);
        // Another request or a task was faster.
        if (onTaken !== 'same') throw new AppError('file_exists', relative, { cause: error });
        await refuseOther(place, relative, received);
        return told(false);
      }
      return told(isNew);
    };
    // A file in a free place can only appear there once.
    return onTaken === 'replace' ? withPlace(assets.root, place, store) : store();
  });
