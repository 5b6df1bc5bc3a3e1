import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { describeFile, type FileFacts } from '../assets/describe-file.ts';
import { AssetPathError, checkWritable, writableAsset, type AssetFolder } from '../assets/paths.ts';
import { placeFile } from '../assets/publish.ts';
import type { StoredFile } from '../contracts/stored-file.ts';
import { AppError } from '../errors.ts';
import { isOwnPlace, isPrivatePlace, OWN_FOLDERS_ONLY, storablePath } from './client-path.ts';

/** The action if a file with the name exists. */
export type OnTaken = 'refuse' | 'replace';

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

/** Undefined if there is nothing. Does not follow links. */
const entryAt = (file: string) => lstat(file).catch(() => undefined);

async function refuseOwn(assets: AssetFolder, place: string): Promise<void> {
  if ((await isOwnPlace(assets, place)) || (await isPrivatePlace(assets, place)))
    throw new AssetPathError(OWN_FOLDERS_ONLY);
}

/** @throws {AppError} `file_exists`; `invalid_request` for a folder. */
async function refuseTaken(place: string, relative: string, onTaken: OnTaken): Promise<void> {
  const entry = await entryAt(place);
  if (entry?.isDirectory() === true)
    throw new AssetPathError(`expected the name of a file, but ${relative} is a folder`);
  if (entry !== undefined && onTaken === 'refuse') throw new AppError('file_exists', relative);
}

/**
 * Checks, before its bytes arrive, whether a file may be stored. Creates nothing.
 * @param field the name of the field that has the path, for errors
 * @returns the path relative to ASSET_PATH.
 * @throws {AppError} `invalid_request`, `file_exists`, `asset_folder_unavailable`
 */
export const checkStorable = (
  assets: AssetFolder,
  sent: string,
  { field, onTaken }: { field: string; onTaken: OnTaken },
): Promise<string> =>
  naming(field, async () => {
    const relative = storablePath(assets, sent);
    await checkWritable(assets, relative);
    await refuseTaken(path.join(assets.root, relative), relative, onTaken);
    return relative;
  });

/**
 * Moves a received file to its place in one step.
 * @param relative the result of {@link checkStorable}
 * @throws as {@link checkStorable}, if the state has changed since
 */
export const storeFile = (
  assets: AssetFolder,
  relative: string,
  received: FileFacts,
  { field, onTaken }: { field: string; onTaken: OnTaken },
): Promise<StoredFile> =>
  naming(field, async () => {
    const place = await writableAsset(assets, relative);
    await refuseOwn(assets, place);
    await refuseTaken(place, relative, onTaken);
    try {
      await placeFile(received.file, place, { overwrite: onTaken === 'replace' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new AppError('file_exists', relative, { cause: error });
    }
    return describeFile(relative, { ...received, file: place });
  });
