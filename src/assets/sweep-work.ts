import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder } from './work-folder.ts';

/**
 * Removes the work folders that nothing was written to since `before`: those of tasks whose retention has ended. What has a hidden
 * name belongs to no task.
 * @returns how many. A folder that cannot be removed now is tried again next time.
 */
export async function sweepWorkFolders(assetRoot: string, before: Date): Promise<number> {
  const root = path.join(assetRoot, 'work');
  const names = (await readdir(root).catch(() => [])).filter((name) => !name.startsWith('.'));
  let removed = 0;
  for (const name of names) {
    const folder = path.join(root, name);
    const newest = await stat(path.join(folder, 'manifest.json')).catch(() => stat(folder).catch(() => undefined));
    if (newest === undefined || newest.mtime >= before) continue;
    removed += await removeFolder(folder).then(
      () => 1,
      () => 0,
    );
  }
  return removed;
}
