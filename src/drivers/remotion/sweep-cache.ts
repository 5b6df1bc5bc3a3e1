import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Which files of a cache folder stay. Times are milliseconds since 1970. */
export interface CacheLimits {
  /** A file goes unless it was used since then; null: the file does not belong to the cache and stays. */
  usedSince: (name: string) => number | null;
  /** The longest unused files go until the rest takes no more than that. */
  mostBytes: number;
  /** Files that were used since then stay, however much they take; default: none. */
  inUseSince?: number;
}

/** Removes files that a cache has no use for. @returns how many; one that cannot be removed now is tried again next time. */
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
