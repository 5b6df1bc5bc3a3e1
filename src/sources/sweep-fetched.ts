import { lstat, readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { FETCHED_FOLDER } from '../files/client-path.ts';

const KEPT = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;

/**
 * Removes fetched files that no request has used since `before`.
 * @returns their number. What cannot be removed is tried again next time.
 */
export async function sweepFetched(assetRoot: string, before: Date): Promise<number> {
  const folder = path.join(assetRoot, FETCHED_FOLDER);
  const names = (await readdir(folder).catch(() => [])).filter((name) => KEPT.test(name));
  let removed = 0;
  for (const name of names) {
    const file = path.join(folder, name);
    const found = await lstat(file).catch(() => undefined);
    if (found === undefined || !found.isFile() || found.mtime >= before) continue;
    removed += await unlink(file).then(
      () => 1,
      () => 0,
    );
  }
  return removed;
}
