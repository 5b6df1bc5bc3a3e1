import path from 'node:path';
import type { StoredFile } from '../contracts/stored-file.ts';
import { kindOfFile } from './file-kind/file-kind.ts';
import { fileType } from './file-kind/file-type.ts';

/** Where the API serves a file: `/assets/…`, percent-encoded. @param relative to ASSET_PATH */
export const assetUrl = (relative: string): string =>
  `/assets/${relative
    // A lone surrogate has no encoding; on disk it becomes the same character.
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/')}`;

/** The facts about a file whose bytes are on disk. */
export interface FileFacts {
  /** Absolute. */
  file: string;
  sizeBytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** A file as clients see it. Reads its beginning. @param relative its path relative to ASSET_PATH */
export async function describeFile(relative: string, { file, sizeBytes, sha256 }: FileFacts): Promise<StoredFile> {
  const { kind, contentType } = fileType(await kindOfFile(file), relative);
  return { path: relative, url: assetUrl(relative), kind, content_type: contentType, size_bytes: sizeBytes, sha256 };
}

/** A file next to another one of a task. @param relative the path of the other one relative to ASSET_PATH */
export const besideOf = (relative: string, file: string): string =>
  path.posix.join(path.posix.dirname(relative), path.basename(file));
