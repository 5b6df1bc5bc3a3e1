import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
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

/** Of `work/<task_id>`, where most files are written. */
const WORK_DEPTH = 2;

/** Makes sure that a file or a folder is on disk as it is now. */
export async function syncPath(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file so that after a crash or a power cut it is the old one or the new one, whole. */
export async function writeFileDurably(file: string, content: string | Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder, WORK_DEPTH);
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncPath(folder);
}

/**
 * Writes a new file, with one wait for the disk instead of two. After a crash it may be there in part: its readers must know a
 * whole one. @throws when it exists.
 */
export async function createFileDurably(file: string, content: string): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder, WORK_DEPTH);
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncPath(folder);
}

/** The JSON in a file; undefined when the file is not there or not whole. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
