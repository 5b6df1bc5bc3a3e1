import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** The rules for files that stay in a cache folder. Times are milliseconds since 1970. */
export interface CacheLimits {
  /** The file is removed unless it was used since this time; null: the file does not belong to the cache and stays. */
  usedSince: (name: string) => number | null;
  /** The longest unused files are removed until the rest has at most this size. */
  mostBytes: number;
  /** Files that were used since this time stay, whatever their size; by default none. */
  inUseSince?: number;
}

/**
 * Removes files that a cache no longer needs. @returns their number. A file that cannot be removed is tried again next
 * time.
 */
export async function sweepCache(folder: string, limits: CacheLimits): Promise<number> {
  const { usedSince, mostBytes, inUseSince = Infinity } = limits;
  const files = await Promise.all(
    (await readdir(folder).catch(() => [])).map(async (name) => {
      const [file, since] = [path.join(folder, name), usedSince(name)];
      const info = await stat(file).catch(() => undefined);
      return since === null || info === undefined ? [] : [{ file, since, size: info.size, usedAt: info.mtimeMs }];
    }),
  );
  let [kept, removed] = [0, 0];
  for (const { file, since, size, usedAt } of files.flat().toSorted((a, b) => b.usedAt - a.usedAt)) {
    const fits = kept + size <= mostBytes || usedAt >= inUseSince;
    if (usedAt >= since && fits) kept += size;
    else
      removed += await rm(file).then(
        () => 1,
        () => 0,
      );
  }
  return removed;
}
