import { unlink } from 'node:fs/promises';
import path from 'node:path';
import type { FileFacts } from '../assets/describe-file.ts';
import { assetRoot, writableAsset, type AssetFolder } from '../assets/paths.ts';
import { AppError } from '../errors.ts';
import { isVoice } from './client-path.ts';
import { createCheckSpace, type CheckSpace } from './disk-space.ts';
import { diskError } from './disk-error.ts';
import { findSentPath, type FoundFile } from './find-file.ts';
import { listFiles, type FilePage, type ListQuery } from './list-files.ts';
import { receiveFile } from './receive-file.ts';
import { numberedName, safeName } from './safe-name.ts';
import { withPlace } from './place-lock.ts';
import { checkStorable, requireState, storeFile, type Condition, type OnTaken, type Stored } from './store-file.ts';
import { withUploadFolder } from './upload-folder.ts';

/** The bytes of a file as they come. */
export interface IncomingFile {
  body: AsyncIterable<Buffer>;
  /** As far as the client said how many there will be. */
  declaredBytes: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A file of a form, received. */
export interface FormFile {
  facts: FileFacts;
  /** As the client calls it. */
  name: string;
}

/** The files under ASSET_PATH, as clients fetch, send, list and delete them. */
export interface FileLibrary {
  /** The most bytes of one file, or of one form. */
  mostBytes: number;
  /** @param sent the path below `/assets/`, decoded. @throws {AppError} `file_not_found` */
  find(sent: string): Promise<FoundFile>;
  list(query: ListQuery): Promise<FilePage>;
  /**
   * Stores a file under a path. Readers find the former file or the new one, whole; on failure, the former one.
   * @param condition what the file in its place must be, before the bytes come and when it is replaced
   * @throws {AppError} `invalid_request`, `file_exists`, `precondition_failed`, `file_too_large`,
   * `insufficient_storage`, `malformed_request`
   */
  put(sent: string, onTaken: OnTaken, incoming: IncomingFile, condition?: Condition): Promise<Stored>;
  /** Gives `use` a folder on the disk of the files, and what writes a stream to a file there. */
  receiving<T>(use: (receive: (incoming: IncomingFile, index: number) => Promise<FileFacts>) => Promise<T>): Promise<T>;
  /**
   * Stores the files of a form under their own names made safe. `number`: a name that another content has gets a
   * number, and either all files are stored or none. `replace`: the files before a failure stay.
   */
  putAll(files: readonly FormFile[], prefix: string, onTaken: 'number' | 'replace'): Promise<Stored[]>;
  /**
   * @returns the path relative to ASSET_PATH.
   * @throws {AppError} `file_not_found`, `precondition_failed`, `invalid_request`
   */
  remove(sent: string, condition?: Condition): Promise<string>;
}

const MOST_NUMBERS = 10_000;

/** @param options.reserveBytes of the disk, which no upload takes */
export function createFileLibrary(
  assets: AssetFolder,
  options: { mostBytes: number; reserveBytes?: number },
): FileLibrary {
  const { mostBytes } = options;
  const checkSpace: CheckSpace = createCheckSpace(assets.root, options.reserveBytes);

  async function storeNumbered(name: string, prefix: string, received: FileFacts): Promise<Stored> {
    for (let count = 1; ; count++) {
      const free = `${prefix}${count === 1 ? name : numberedName(name, count)}`;
      try {
        const about = { field: 'prefix', onTaken: 'same' } as const;
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

    async put(sent, onTaken, { body, declaredBytes, signal }, condition) {
      const about = { field: 'path', onTaken, condition };
      const relative = await checkStorable(assets, sent, { ...about, sizeBytes: declaredBytes });
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
        use(({ body, signal }, index) =>
          receiveFile(body, { file: path.join(folder, String(index)), mostBytes, checkSpace, signal }),
        ),
      );
    },

    async putAll(files, prefix, onTaken) {
      const stored: Stored[] = [];
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
        // What took the place of another file cannot be taken back.
        const made = onTaken === 'number' ? stored.filter(({ isNew }) => isNew) : [];
        await Promise.allSettled(made.map(({ file }) => unlink(path.join(assets.root, file.path))));
        throw error;
      }
    },

    async remove(sent, condition) {
      const { path: relative } = await findSentPath(assets, sent);
      const place = await writableAsset(assets, relative);
      if (await isVoice(assets, relative, place))
        throw new AppError('invalid_request', 'voices are deleted with DELETE /voices/{id}', {
          fields: [{ path: 'path', message: 'expected a file that is no voice; DELETE /voices/{id} deletes a voice' }],
        });
      // The name itself: the file that a link leads to stays.
      const unlinked = async (): Promise<string> => {
        await requireState(assets, relative, condition);
        try {
          await unlink(place);
          return relative;
        } catch (error) {
          // Another request was faster.
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('file_not_found', relative);
          throw diskError(error);
        }
      };
      return withPlace(assets.root, place, unlinked).catch((error: unknown) => {
        // A full disk has no room for the lock.
        if (condition === undefined && error instanceof AppError && error.code === 'insufficient_storage')
          return unlinked();
        throw error;
      });
    },
  };
}
