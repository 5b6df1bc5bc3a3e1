import { unlink } from 'node:fs/promises';
import path from 'node:path';
import type { FileFacts } from '../assets/describe-file.ts';
import { assetRoot, writableAsset, type AssetFolder } from '../assets/paths.ts';
import type { StoredFile } from '../contracts/stored-file.ts';
import { AppError } from '../errors.ts';
import { isOwn, isOwnPlace } from './client-path.ts';
import { createCheckSpace, type CheckSpace } from './disk-space.ts';
import { findSentPath, type FoundFile } from './find-file.ts';
import { listFiles, type FilePage, type ListQuery } from './list-files.ts';
import { receiveFile } from './receive-file.ts';
import { numberedName, safeName } from './safe-name.ts';
import { checkStorable, storeFile, type OnTaken } from './store-file.ts';
import { withUploadFolder } from './upload-folder.ts';

/** The incoming bytes of a file. */
export interface IncomingFile {
  body: AsyncIterable<Buffer>;
  /** The number of bytes, if the client declared it. */
  declaredBytes: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A received file of a form. */
export interface FormFile {
  facts: FileFacts;
  /** The client's name of the file. */
  name: string;
}

/** The files under ASSET_PATH that clients download, upload, list and delete. */
export interface FileLibrary {
  /** The most bytes of one file, or of one form. */
  mostBytes: number;
  /** @param sent the path below `/assets/`, decoded. @throws {AppError} `file_not_found` */
  find(sent: string): Promise<FoundFile>;
  list(query: ListQuery): Promise<FilePage>;
  /**
   * Stores a file under a path. Readers find either the former or the new file, complete; after a failure, the former
   * one.
   * @throws {AppError} `invalid_request`, `file_exists`, `file_too_large`, `insufficient_storage`, `malformed_request`
   */
  put(sent: string, onTaken: OnTaken, incoming: IncomingFile): Promise<StoredFile>;
  /** Calls `use` with a folder on the disk of the files, and a function that writes a stream to a file there. */
  receiving<T>(
    use: (receive: (body: AsyncIterable<Buffer>, index: number) => Promise<FileFacts>) => Promise<T>,
  ): Promise<T>;
  /** Stores the files of a form under safe forms of their own names. Either all are stored or none. */
  putAll(files: readonly FormFile[], prefix: string, onTaken: 'number' | 'replace'): Promise<StoredFile[]>;
  /** @returns the path relative to ASSET_PATH. @throws {AppError} `file_not_found`, `invalid_request` */
  remove(sent: string): Promise<string>;
}

const MOST_NUMBERS = 10_000;

/** @param options.reserveBytes the space of the disk that uploads must leave */
export function createFileLibrary(
  assets: AssetFolder,
  options: { mostBytes: number; reserveBytes?: number },
): FileLibrary {
  const { mostBytes } = options;
  const checkSpace: CheckSpace = createCheckSpace(assets.root, options.reserveBytes);

  async function storeNumbered(name: string, prefix: string, received: FileFacts): Promise<StoredFile> {
    for (let count = 1; ; count++) {
      const free = `${prefix}${count === 1 ? name : numberedName(name, count)}`;
      try {
        const about = { field: 'prefix', onTaken: 'refuse' } as const;
        return await storeFile(assets, await checkStorable(assets, free, about), received, about);
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'file_exists') || count === MOST_NUMBERS) throw error;
      }
    }
  }

  return {
    mostBytes,
    find: (sent) => findSentPath(assets, sent),
    list: (query) => listFiles(assets, query),

    async put(sent, onTaken, { body, declaredBytes, signal }) {
      const about = { field: 'path', onTaken };
      const relative = await checkStorable(assets, sent, about);
      if ((declaredBytes ?? 0) > mostBytes) throw new AppError('file_too_large', `the limit is ${mostBytes} bytes`);
      await checkSpace(declaredBytes ?? 0);
      return withUploadFolder(assets.root, async (folder) => {
        const file = path.join(folder, 'file');
        const received = await receiveFile(body, { file, mostBytes, checkSpace, signal });
        if (received.sizeBytes === 0)
          throw new AppError('invalid_request', 'expected the bytes of a file, but the body is empty');
        return storeFile(assets, relative, received, about);
      });
    },

    async receiving(use) {
      await assetRoot(assets);
      await checkSpace(0);
      return withUploadFolder(assets.root, (folder) =>
        use((body, index) => receiveFile(body, { file: path.join(folder, String(index)), mostBytes, checkSpace })),
      );
    },

    async putAll(files, prefix, onTaken) {
      const stored: StoredFile[] = [];
      try {
        for (const { facts, name } of files) {
          const safe = safeName(name);
          const about = { field: 'prefix', onTaken: 'replace' } as const;
          stored.push(
            onTaken === 'number'
              ? await storeNumbered(safe, prefix, facts)
              : await storeFile(assets, await checkStorable(assets, prefix + safe, about), facts, about),
          );
        }
        return stored;
      } catch (error) {
        // A file that replaced another one cannot be removed again.
        if (onTaken === 'number')
          await Promise.allSettled(stored.map((one) => unlink(path.join(assets.root, one.path))));
        throw error;
      }
    },

    async remove(sent) {
      const { path: relative } = await findSentPath(assets, sent);
      const place = await writableAsset(assets, relative);
      if (isOwn(relative) || (await isOwnPlace(assets, place)))
        throw new AppError('invalid_request', 'voices are deleted with DELETE /voices/{id}', {
          fields: [{ path: 'path', message: 'expected a file that is no voice; DELETE /voices/{id} deletes a voice' }],
        });
      // Removes the name itself; the target of a link stays.
      await unlink(place);
      return relative;
    },
  };
}
