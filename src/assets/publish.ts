import { createHash } from 'node:crypto';
import { copyFile, open, rename } from 'node:fs/promises';
import path from 'node:path';

/**
 * Where a result that comes from another file system waits beside its final place: a hidden name that is the same in every attempt of
 * a task, so that what a killed attempt left is overwritten or cleaned away by the next.
 */
export function waitingFile(outputFile: string, workDir: string): string {
  const mark = createHash('sha256').update(workDir).digest('hex').slice(0, 12);
  return path.join(path.dirname(outputFile), `.${path.parse(outputFile).name.slice(0, 60)}.${mark}.part`);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a finished file to its final place at one stroke: whoever looks there finds all of it or nothing, power loss or not. */
export async function publish(file: string, outputFile: string, waiting: string): Promise<void> {
  await sync(file);
  try {
    await rename(file, outputFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(file, waiting);
    await sync(waiting);
    await rename(waiting, outputFile);
  }
  await sync(path.dirname(outputFile));
}
