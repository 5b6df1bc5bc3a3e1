import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createFile, replaceFile } from '../host/durable-file.ts';
import { checkDisk } from './asset-disk.ts';

/** `work/<task_id>` under ASSET_PATH, where a task's attempts keep their parts and notes. */
export const workFolder = (assetRoot: string, taskId: string): string => path.join(assetRoot, 'work', taskId);

/**
 * Creates a folder below ASSET_PATH with its parents. It never creates ASSET_PATH itself: if its disk is away, the
 * system's disk would be filled instead.
 * @param depth how many folders below ASSET_PATH it is, or fewer if the parents exist.
 * @throws the system's error if ASSET_PATH does not exist.
 */
export async function makeFolder(folder: string, depth: number): Promise<void> {
  const make = (): Promise<unknown> =>
    mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  if (depth <= 1) await checkDisk(path.dirname(folder));
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || depth <= 1) throw error;
    await makeFolder(path.dirname(folder), depth - 1);
    await make();
  }
}

/** The depth of `work/<task_id>`, where most files are written. */
const WORK_DEPTH = 2;

/** {@link replaceFile} in a folder below ASSET_PATH, which is created. */
export async function writeFileDurably(file: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(path.dirname(file), WORK_DEPTH);
  await replaceFile(file, content);
}

/** {@link createFile} in a folder below ASSET_PATH, which is created. */
export async function createFileDurably(file: string, content: string): Promise<void> {
  await makeFolder(path.dirname(file), WORK_DEPTH);
  await createFile(file, content);
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
