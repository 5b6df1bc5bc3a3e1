import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../host/json-file.ts';
import { attemptsIn, type AttemptEntry } from './manifest.ts';
import { isInside } from './paths.ts';
import { isOwn } from './publish.ts';
import { removeFolder, workFolder } from './work-folder.ts';

/** The attempts of a task from its work folder, oldest first; empty if the folder is gone. */
export const readAttempts = async (assetRoot: string, taskId: string): Promise<AttemptEntry[]> =>
  attemptsIn(await readJson(path.join(workFolder(assetRoot, taskId), 'manifest.json')).catch(() => undefined));

/** The removed files of a task, and those that stay because others made or replaced them. Relative to ASSET_PATH. */
export interface RemovedFiles {
  removed: string[];
  kept: string[];
}

/**
 * Removes the work folder of a task, and its outputs.
 * @param outputs relative to ASSET_PATH.
 */
export async function removeTaskFiles(
  assetRoot: string,
  taskId: string,
  outputs: readonly string[],
): Promise<RemovedFiles> {
  const workDir = workFolder(assetRoot, taskId);
  const found: RemovedFiles = { removed: [], kept: [] };
  for (const output of new Set(outputs)) {
    const file = path.resolve(assetRoot, output);
    // The folder of a task has its id as a name.
    const isMine = output.split('/').includes(taskId) || (await isOwn(file, workDir));
    if (!isInside(assetRoot, file) || !isMine) found.kept.push(output);
    else {
      await rm(file, { force: true });
      found.removed.push(output);
    }
  }
  await removeFolder(workDir);
  return found;
}
