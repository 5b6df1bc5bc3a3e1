import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { kindOfFile } from '../assets/file-kind/file-kind.ts';
import { fileType, isActive, type FileType } from '../assets/file-kind/file-type.ts';
import { AssetPathError, existingAsset, type AssetFolder } from '../assets/paths.ts';
import { AppError } from '../errors.ts';
import { clientPath, isPrivate, isPrivatePlace } from './client-path.ts';

/** A file that may be served. */
export interface FoundFile extends FileType {
  /** The path from the client, relative to ASSET_PATH. */
  path: string;
  /** Absolute, after all links. */
  file: string;
  sizeBytes: number;
  modifiedAt: Date;
  /** Differs for each content of the file, as far as size and modification time show it. Includes the quotes. */
  etag: string;
  /** Whether a browser that opens it by itself runs what is in it. */
  isActive: boolean;
}

export const etagOf = ({ size, mtimeNs }: Pick<BigIntStats, 'size' | 'mtimeNs'>): string =>
  `"${size.toString(16)}-${mtimeNs.toString(16)}"`;

const notFound = (relative: string, cause?: unknown): AppError =>
  new AppError('file_not_found', relative.slice(0, 200), { cause });

/** The facts of a file that may be served; reads its beginning. @param absolute all links followed */
export async function readFacts(relative: string, absolute: string): Promise<FoundFile> {
  const [facts, found] = await Promise.all([stat(absolute, { bigint: true }), kindOfFile(absolute)]);
  const type = fileType(found, relative);
  return {
    path: relative,
    file: absolute,
    sizeBytes: Number(facts.size),
    modifiedAt: facts.mtime,
    etag: etagOf(facts),
    isActive: isActive(type.contentType),
    ...type,
  };
}

/**
 * Finds a file by its path relative to ASSET_PATH. Reads its beginning.
 * @throws {AppError} `file_not_found`, also for private files; `asset_folder_unavailable`.
 */
export async function findFile(assets: AssetFolder, relative: string): Promise<FoundFile> {
  try {
    if (isPrivate(relative)) throw notFound(relative);
    const { absolute } = await existingAsset(assets, relative, { mayBeEmpty: true });
    if (await isPrivatePlace(assets, absolute)) throw notFound(relative);
    return await readFacts(relative, absolute);
  } catch (error) {
    if (error instanceof AssetPathError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      throw notFound(relative, error);
    throw error;
  }
}

/** {@link findFile} by a path below `/assets/`, decoded. */
export async function findSentPath(assets: AssetFolder, sent: string): Promise<FoundFile> {
  try {
    return await findFile(assets, clientPath(assets, sent));
  } catch (error) {
    throw error instanceof AssetPathError ? new AppError('file_not_found', error.message, { cause: error }) : error;
  }
}
