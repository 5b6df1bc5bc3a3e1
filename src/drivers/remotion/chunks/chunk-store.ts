import { link, readdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { moveDurably } from '../../../host/durable-file.ts';
import { makeFolder, removeFolder } from '../../../assets/work-folder.ts';
import { sweepCache } from '../sweep-cache.ts';
import { countFrames } from '../encode/count-frames.ts';

/** Finished chunks by key: the task's own, and those that earlier tasks shared. */
export interface ChunkStore {
  /** Whether the store was empty when it was opened. */
  readonly isEmpty: boolean;
  /** Whether the chunk existed when the store was opened. */
  has(key: string): boolean;
  /** The file of a chunk with that many frames; null if there is none, or the file is incomplete. */
  findIntact(key: string, frames: number, signal: AbortSignal): Promise<string | null>;
  /** The path for an unfinished chunk, on the disk of the task's folder. No file exists there. */
  draft(key: string): Promise<string>;
  /** Adds a finished draft. It is on disk when this resolves. Returns its file. */
  add(key: string): Promise<string>;
  /** Removes unfinished drafts. None may be in use. */
  dropDrafts(): Promise<void>;
  /** Removes the task's own chunks if all of them are shared. */
  removeOwn(): Promise<void>;
}

const names = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** False if links do not work here, or there is nothing to link. */
const linked = async (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST',
  );

/**
 * Opens the store of a task.
 * @param own the task's folder of chunks
 * @param shared the folder of all tasks, with hard links, so that a chunk takes its space only once. It stays empty on
 * file systems without links.
 */
export async function openChunkStore(own: string, shared: string, extension: string): Promise<ChunkStore> {
  const fileName = (key: string): string => `${key}.${extension}`;
  const ownFile = (key: string): string => path.join(own, fileName(key));
  const sharedFile = (key: string): string => path.join(shared, fileName(key));
  const draftFile = (key: string): string => path.join(own, `.${fileName(key)}`);
  const known = new Set([...(await names(own)), ...(await names(shared))]);
  let isShared = true;

  const share = async (key: string): Promise<void> => {
    await makeFolder(shared, 2).catch(() => undefined);
    isShared = (await linked(ownFile(key), sharedFile(key))) && isShared;
  };

  return {
    isEmpty: known.size === 0,
    has: (key) => known.has(fileName(key)),
    async findIntact(key, frames, signal) {
      if (!known.has(fileName(key))) return null;
      await makeFolder(own, 3);
      await linked(sharedFile(key), ownFile(key));
      const file = ownFile(key);
      const found = await countFrames(file, signal).catch(() => null);
      signal.throwIfAborted();
      if (found !== frames) {
        await Promise.all([file, sharedFile(key)].map((one) => rm(one, { force: true })));
        return null;
      }
      // Mark the chunk as used, so that the sweep keeps it.
      const now = new Date();
      await utimes(file, now, now);
      await share(key);
      return file;
    },
    async draft(key) {
      await makeFolder(own, 3);
      await rm(draftFile(key), { force: true });
      return draftFile(key);
    },
    async add(key) {
      const file = ownFile(key);
      await moveDurably(draftFile(key), file);
      await share(key);
      return file;
    },
    async dropDrafts() {
      const drafts = (await names(own)).filter((name) => name.startsWith('.'));
      await Promise.all(drafts.map((name) => rm(path.join(own, name), { force: true })));
    },
    async removeOwn() {
      if (isShared) await removeFolder(own);
    },
  };
}

const MOST_BYTES = 20 * 1024 ** 3;

/**
 * Removes shared chunks that no film has used since `before`, and above a total size the longest unused ones. @returns
 * their number.
 */
export const sweepChunks = (shared: string, before: Date, mostBytes = MOST_BYTES): Promise<number> =>
  sweepCache(shared, { usedSince: () => before.getTime(), mostBytes });
