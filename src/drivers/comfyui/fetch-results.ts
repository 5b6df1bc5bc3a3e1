import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { kindOfFile } from '../../assets/file-kind/file-kind.ts';
import { BrokenPictureError } from '../../assets/pictures/picture.ts';
import { readPictureFile } from '../../assets/pictures/read-picture.ts';
import { UnreadableMediaError, probeMedia } from '../../assets/probe.ts';
import { syncPath } from '../../assets/work-folder.ts';
import { AppError } from '../../errors.ts';
import { pause } from './bell.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Engine } from './engine.ts';
import type { ComfyuiFile } from './notes.ts';
import { type RemoteFile, kindOf, localName } from './outputs.ts';
import { createTolerance } from './tolerance.ts';

/** The end of the names of a task's unfinished files, the same in each attempt. */
const partialEnd = (taskId: string): string =>
  `.${createHash('sha256').update(taskId).digest('hex').slice(0, 12)}.part`;

/** Removes what fetches of this task left unfinished, and the folder if nothing else is in it. */
export async function removePartials(outputDir: string, taskId: string): Promise<void> {
  const names = await readdir(outputDir).catch(() => []);
  const ours = names.filter((name) => name.endsWith(partialEnd(taskId)));
  await Promise.all(ours.map((name) => rm(path.join(outputDir, name), { force: true })));
  await rmdir(outputDir).catch(() => undefined);
}

/** One body from `/view` into a file. */
async function download(engine: Engine, remote: RemoteFile, file: string, signal: AbortSignal): Promise<void> {
  const { filename, subfolder, type } = remote;
  const query = new URLSearchParams({ filename, subfolder, type });
  const { status, body } = await engine.http.download(`/view?${query.toString()}`, {
    timeout: engine.timings.transfer,
    signal,
  });
  if (status !== 200) throw new AppError('comfyui_output_lost', `${filename} of node ${remote.node} (HTTP ${status})`);
  try {
    await pipeline(body, createWriteStream(file), { signal });
  } catch (error) {
    signal.throwIfAborted();
    // A full disk of ours is no fault of the connection.
    const { syscall } = error as NodeJS.ErrnoException;
    throw syscall === 'write' || syscall === 'open' ? error : connectionFailure(error);
  }
}

async function measure(file: string, kind: ComfyuiFile['kind'], signal: AbortSignal) {
  if (kind !== 'image' && kind !== 'video' && kind !== 'audio') return {};
  try {
    const found = await kindOfFile(file);
    if (found.family === 'picture' && found.format !== 'gif') {
      const { width, height } = await readPictureFile(file, found.format, signal);
      return { width, height };
    }
    const { video, audio, durationSeconds } = await probeMedia(file, signal);
    const duration = video?.durationSeconds ?? audio?.durationSeconds ?? durationSeconds;
    return {
      ...(video !== null && kind !== 'audio' && { width: video.width, height: video.height }),
      ...(duration !== null && kind !== 'image' && { durationSeconds: Math.round(duration * 1000) / 1000 }),
    };
  } catch (error) {
    // Not every format is known here; the file is whole all the same.
    if (error instanceof UnreadableMediaError || error instanceof BrokenPictureError) return {};
    throw error;
  }
}

/**
 * Fetches every file, each under a temporary name first, then synced and renamed. On failure nothing of it stays.
 * @throws {AppError} `comfyui_output_lost` when ComfyUI does not have a file, `comfyui_lost` when it went away; the signal's reason.
 */
export async function fetchFiles(
  engine: Engine,
  remotes: readonly RemoteFile[],
  job: { outputDir: string; taskId: string },
  signal: AbortSignal,
): Promise<ComfyuiFile[]> {
  const { outputDir, taskId } = job;
  await mkdir(outputDir, { recursive: true });
  const tolerance = createTolerance(engine.timings.away);
  const taken = new Set<string>();
  const files: ComfyuiFile[] = [];
  try {
    for (const remote of remotes) {
      const name = localName(remote.filename, taken);
      const file = path.join(outputDir, name);
      const partial = path.join(outputDir, `.${name}${partialEnd(taskId)}`);
      const got = (): Promise<boolean> => download(engine, remote, partial, signal).then(() => true);
      while ((await tolerance.over(got)) === undefined) await pause(engine.timings.poll, signal);
      const { size: sizeBytes } = await stat(partial);
      if (sizeBytes === 0) throw new AppError('comfyui_output_lost', `${remote.filename} is empty`);
      await syncPath(partial);
      await rename(partial, file);
      const kind = kindOf(name);
      files.push({ file, kind, sizeBytes, ...remote, ...(await measure(file, kind, signal)) });
    }
    await syncPath(outputDir);
    return files;
  } catch (error) {
    await Promise.all(files.map(({ file }) => rm(file, { force: true })));
    await removePartials(outputDir, taskId);
    throw error;
  }
}
