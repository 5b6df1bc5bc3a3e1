import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createFile, replaceFile } from '../host/durable-file.ts';
import { checkDisk } from './asset-disk.ts';

/** `work/<task_id>` under ASSET_PATH: what a task's attempts leave for each other. */
export const workFolder = (assetRoot: string, taskId: string): string => path.join(assetRoot, 'work', taskId);

/**
 * Makes a folder below ASSET_PATH, and those that it lies in. ASSET_PATH itself is never made anew: where its disk is away, the disk of the
 * system would be filled in its place.
 * @param depth how many folders below ASSET_PATH it is, or fewer where those above are there.
 * @throws what the system says when ASSET_PATH is not there.
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

/** Depth of `work/<task_id>`, where most files are written. */
const WORK_DEPTH = 2;

/** {@link replaceFile} in a folder below ASSET_PATH, which is made. */
export async function writeFileDurably(file: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(path.dirname(file), WORK_DEPTH);
  await replaceFile(file, content);
}

/** {@link createFile} in a folder below ASSET_PATH, which is made. */
export async function createFileDurably(file: string, content: string): Promise<void> {
  await makeFolder(path.dirname(file), WORK_DEPTH);
  await createFile(file, content);
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
