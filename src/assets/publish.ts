import { createHash } from 'node:crypto';
import { copyFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { syncPath } from './work-folder.ts';

/**
 * Where a result that comes from another file system waits beside its final place: a hidden name that is the same in every attempt of
 * a task, so that what a killed attempt left is overwritten or cleaned away by the next.
 */
export function waitingFile(outputFile: string, workDir: string): string {
  const mark = createHash('sha256').update(workDir).digest('hex').slice(0, 12);
  return path.join(path.dirname(outputFile), `.${path.parse(outputFile).name.slice(0, 60)}.${mark}.part`);
}

/** Moves a finished file to its final place at one stroke: whoever looks there finds all of it or nothing, power loss or not. */
export async function publish(file: string, outputFile: string, waiting: string): Promise<void> {
  await syncPath(file);
  try {
    await rename(file, outputFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(file, waiting);
    await syncPath(waiting);
    await rename(waiting, outputFile);
  }
  await syncPath(path.dirname(outputFile));
}
