import { stat, utimes } from 'node:fs/promises';
import type { FileFacts } from '../assets/describe-file.ts';
import { extensionOf } from '../assets/file-kind/extension.ts';
import { kindOfFile } from '../assets/file-kind/file-kind.ts';
import { fileType, isActive, type FileType } from '../assets/file-kind/file-type.ts';
import { AssetPathError, writableAsset, type AssetFolder } from '../assets/paths.ts';
import { placeFile } from '../assets/publish.ts';
import { AppError } from '../errors.ts';
import { FETCHED_FOLDER } from '../files/client-path.ts';
import { diskError } from '../files/disk-error.ts';

/** A file under ASSET_PATH that came from elsewhere. */
export interface KeptFile {
  /** Relative to ASSET_PATH. */
  path: string;
  kind: FileType['kind'];
}

/** Marks a complete file of this size as used now. Only complete files get such names. @returns whether it is there */
async function useAgain(place: string, sizeBytes: number): Promise<boolean> {
  try {
    const found = await stat(place);
    if (!found.isFile() || found.size !== sizeBytes) return false;
    const now = new Date();
    await utimes(place, now, now);
    return true;
  } catch {
    return false;
  }
}

const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Moves a received file to `fetched/<sha256>.<extension>`. Equal content is kept once; its time is the time of its last
 * use.
 * @param said the extension that its origin says, which decides only between kinds that the bytes allow.
 * @throws {AppError} `source_type_refused` for empty files and pages of HTML, `insufficient_storage`,
 * `asset_folder_unavailable`
 */
export async function keepFile(assets: AssetFolder, received: FileFacts, said: string | undefined): Promise<KeptFile> {
  if (received.sizeBytes === 0) throw new AppError('source_type_refused', 'it is empty');
  const { kind, contentType } = fileType(await kindOfFile(received.file), `file.${said ?? ''}`);
  if (isActive(contentType) && kind !== 'image')
    throw new AppError('source_type_refused', 'it is a web page, not a file');
  const extension = (contentType === UNKNOWN_TYPE ? undefined : extensionOf(contentType)) ?? said ?? 'bin';
  const relative = `${FETCHED_FOLDER}/${received.sha256}.${extension}`;
  try {
    const place = await writableAsset(assets, relative);
    if (!(await useAgain(place, received.sizeBytes))) await placeFile(received.file, place, { overwrite: true });
  } catch (error) {
    throw error instanceof AssetPathError
      ? new AppError('asset_folder_unavailable', error.message, { cause: error })
      : diskError(error);
  }
  return { path: relative, kind };
}
