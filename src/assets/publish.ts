import { createHash } from 'node:crypto';
import { copyFile, link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../errors.ts';
import { firstBytes } from '../text/cut-text.ts';
import { readJson } from '../host/json-file.ts';
import { syncPath } from '../host/durable-file.ts';
import { contentHash } from './content-hash.ts';
import type { FileFacts } from './describe-file.ts';
import { writeFileDurably } from './work-folder.ts';

/** Options of a task that publishes a finished file. */
export interface PublishOptions {
  /** Absolute; the task's own folder, the same in every attempt and named after the task. */
  workDir: string;
  /** Whether the file may replace one that the task did not make. */
  overwrite?: boolean | undefined;
}

/**
 * The temporary place of a result from another file system, next to its final place. The hidden name is the same in
 * every attempt of a task, so that the next attempt overwrites or removes leftovers of a killed one.
 */
export function waitingFile(outputFile: string, workDir: string): string {
  const mark = createHash('sha256').update(workDir).digest('hex').slice(0, 12);
  return path.join(path.dirname(outputFile), `.${firstBytes(path.parse(outputFile).name, 60)}.${mark}.part`);
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Identifies a file independently of its name. A changed file has another identity. */
async function identityOf(file: string): Promise<string | undefined> {
  const found = await lstat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : [found.dev, found.ino, found.size, found.mtimeNs].join(':');
}

const MOST_NOTED = 20;
const noteFile = (workDir: string): string => path.join(workDir, 'published.json');

async function notedIn(workDir: string): Promise<string[]> {
  const noted = await readJson(noteFile(workDir));
  return Array.isArray(noted) ? noted.filter((one) => typeof one === 'string') : [];
}

/** Records a file before it is moved to its place, so that after a kill the next attempt recognises it. */
async function noteAsOwn(file: string, workDir: string): Promise<void> {
  const identity = await identityOf(file);
  if (identity === undefined) return;
  const noted = await notedIn(workDir);
  await writeFileDurably(noteFile(workDir), JSON.stringify([...noted, identity].slice(-MOST_NOTED)));
}

/** Whether an existing file was made by this task, in any attempt. */
export async function isOwn(file: string, workDir: string): Promise<boolean> {
  const isNamedAfter = path.basename(file).includes(path.basename(workDir));
  const identity = await identityOf(file);
  return identity !== undefined && (isNamedAfter || (await notedIn(workDir)).includes(identity));
}

/** Whether a file that the task did not make has the name of its output. */
export async function isTaken(file: string, { workDir, overwrite = false }: PublishOptions): Promise<boolean> {
  return !overwrite && (await identityOf(file)) !== undefined && !(await isOwn(file, workDir));
}

/** @throws {AppError} `output_exists` if a file of another owner is in one of these places. */
export async function refuseTaken(files: readonly string[], options: PublishOptions): Promise<void> {
  for (const file of files) if (await isTaken(file, options)) throw new AppError('output_exists', path.basename(file));
}

/** The error codes of file systems without hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const refuseExisting =
  (outputFile: string) =>
  (error: unknown): never => {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new AppError('output_exists', path.basename(outputFile), { cause: error });
  };

/** Moves a file atomically to a free place on the same disk. */
async function moveToFree(file: string, outputFile: string): Promise<void> {
  try {
    await link(file, outputFile);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    await (await open(outputFile, 'wx')).close();
    await rename(file, outputFile);
    return;
  }
  await rm(file);
}

async function move(file: string, outputFile: string, { workDir, overwrite = false }: PublishOptions): Promise<void> {
  await noteAsOwn(file, workDir);
  if (overwrite || (await isOwn(outputFile, workDir))) await rename(file, outputFile);
  else await moveToFree(file, outputFile).catch(refuseExisting(outputFile));
}

/** Moves a file. If its place is on another disk, this makes a copy next to the place and moves the copy. */
async function moveAcross(file: string, waiting: string, moveIt: (file: string) => Promise<void>): Promise<void> {
  try {
    await moveIt(file);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    await copyFile(file, waiting);
    await syncPath(waiting);
    await moveIt(waiting);
  }
}

/**
 * Moves a finished file to its final place in one step. Even after a power loss, a reader finds the complete file or
 * nothing. If two tasks use one place at the same time, the second is refused.
 * @returns the facts about the file; the hash is computed just before.
 * @throws {AppError} `output_exists` if the place has a file that the task did not make; the signal's reason.
 */
export async function publish(
  file: string,
  outputFile: string,
  options: PublishOptions,
  signal?: AbortSignal,
): Promise<FileFacts> {
  const [{ size: sizeBytes }, sha256] = await Promise.all([stat(file), contentHash(file, signal)]);
  await syncPath(file);
  await moveAcross(file, waitingFile(outputFile, options.workDir), (one) => move(one, outputFile, options));
  await syncPath(path.dirname(outputFile));
  return { file: outputFile, sizeBytes, sha256 };
}

/**
 * The same for a file that no task made. A file in its place is replaced, or the move is refused.
 * @throws the system's error; `EEXIST` if a file in its place may not be replaced.
 */
export async function placeFile(file: string, place: string, { overwrite }: { overwrite: boolean }): Promise<void> {
  const waiting = waitingFile(place, file);
  await syncPath(file);
  try {
    await moveAcross(file, waiting, (one) => (overwrite ? rename(one, place) : moveToFree(one, place)));
  } finally {
    await rm(waiting, { force: true });
  }
  await syncPath(path.dirname(place));
}
