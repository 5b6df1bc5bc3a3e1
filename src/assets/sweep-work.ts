import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder } from './work-folder.ts';

/** A task's folder has its id as its name. Nothing else is removed. */
export const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes work folders without a write since `before` whose tasks are forgotten. A task that has waited for so long, or
 * will be tried again, keeps its parts.
 * @param isForgotten whether a task ended before that, or never existed. May reject if this is unknown; then the folder
 * stays.
 * @returns their number. A folder that cannot be removed is tried again next time.
 */
export async function sweepWorkFolders(
  assetRoot: string,
  before: Date,
  isForgotten: (taskId: string, before: Date) => Promise<boolean>,
): Promise<number> {
  const root = path.join(assetRoot, 'work');
  const names = (await readdir(root).catch(() => [])).filter((name) => TASK_ID.test(name));
  let removed = 0;
  for (const name of names) {
    const folder = path.join(root, name);
    const newest = await stat(path.join(folder, 'manifest.json')).catch(() => stat(folder).catch(() => undefined));
    if (newest === undefined || newest.mtime >= before) continue;
    if (!(await isForgotten(name, before).catch(() => false))) continue;
    removed += await removeFolder(folder).then(
      () => 1,
      () => 0,
    );
  }
  return removed;
}
