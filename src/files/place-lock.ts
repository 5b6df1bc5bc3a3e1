import { createHash, randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../assets/work-folder.ts';
import { diskError } from './disk-error.ts';
import { uploadsFolder } from './upload-folder.ts';

const LOOK_MS = 5;
/** A lock that nobody has renewed for so long is that of a killed process. */
const STALE_MS = 30_000;
const RENEW_MS = 5000;

const hasCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

const isStale = async (lock: string): Promise<boolean> => {
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS;
};

/** Removes a stale lock, and not one that was taken meanwhile. */
async function removeStale(lock: string): Promise<void> {
  const taken = `${lock}.${randomUUID()}`;
  await rename(lock, taken).catch(() => undefined);
  if (!(await isStale(taken))) await link(taken, lock).catch(() => undefined);
  await rm(taken, { force: true });
}

async function acquire(lock: string): Promise<void> {
  for (;;) {
    try {
      return await (await open(lock, 'wx')).close();
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (await isStale(lock)) await removeStale(lock);
    else await pause(LOOK_MS);
  }
}

/** The last work at each place in this process. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Replaces or removes the file at a place while no other request, also to another API process, does so. Tasks write
 * their results without asking.
 * @param place absolute, all links to its folder followed
 * @throws {AppError} `insufficient_storage`, `asset_folder_unavailable`; what `work` throws
 */
export async function withPlace<T>(assetRoot: string, place: string, work: () => Promise<T>): Promise<T> {
  const folder = uploadsFolder(assetRoot);
  const lock = path.join(folder, `${createHash('sha256').update(place).digest('hex').slice(0, 32)}.lock`);
  const locked = async (): Promise<T> => {
    try {
      await makeFolder(folder, 2);
      await acquire(lock);
    } catch (error) {
      throw diskError(error);
    }
    // A copy to another disk may take minutes.
    const renewing = setInterval(() => {
      const now = new Date();
      void utimes(lock, now, now).catch(() => undefined);
    }, RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(renewing);
      await rm(lock, { force: true });
    }
  };
  const before = turns.get(lock) ?? Promise.resolve();
  const mine = before.then(locked, locked);
  turns.set(lock, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(lock) === mine) turns.delete(lock);
  }
}
