import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder, syncPath } from '../../../assets/work-folder.ts';
import { AppError } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import { ConnectionFailure, connectionFailure } from '../client/connection-failure.ts';
import type { Engine } from '../context.ts';
import { judgeFile, type Download } from './check-file.ts';
import type { ComfyuiFile } from '../manifest.ts';
import { type RemoteFile, kindOf, localName } from './outputs.ts';
import { createPace } from '../client/transfer-speed.ts';
import { createTolerance } from '../client/grace-period.ts';

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
async function download(engine: Engine, remote: RemoteFile, file: string, signal: AbortSignal): Promise<Download> {
  const { filename, subfolder, type } = remote;
  const query = new URLSearchParams({ filename, subfolder, type });
  const patience = engine.timings.transfer;
  const { status, headers, body } = await engine.http.download(`/view?${query.toString()}`, {
    timeout: patience,
    signal,
  });
  if (status !== 200) throw new AppError('comfyui_output_lost', `${filename} of node ${remote.node} (HTTP ${status})`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    body.on('error', () => undefined).destroy();
    throw new ConnectionFailure('nonsense', `${filename} came compressed (${encoding.slice(0, 40)})`);
  }
  const pace = createPace(`${filename} comes`, patience);
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      pace.moved(chunk.length);
      yield chunk;
    }
  };
  try {
    await pipeline(body, counted, createWriteStream(file), { signal: AbortSignal.any([signal, pace.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    pace.signal.throwIfAborted();
    // A full disk of ours is no fault of the connection.
    const { syscall } = error as NodeJS.ErrnoException;
    throw syscall === 'write' || syscall === 'open' ? error : connectionFailure(error);
  } finally {
    pace.done();
  }
  const isEndTold = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  return { file, filename, contentType: headers['content-type'] ?? '', isEndTold };
}

/**
 * Fetches every file, each under a temporary name first, then synced and renamed. On failure nothing of it stays.
 * @throws {AppError} `comfyui_output_lost` when ComfyUI does not have a file, or has it empty or damaged; `comfyui_failed` when something
 * else comes in its place, `comfyui_lost` when it went away; the signal's reason.
 */
export async function fetchFiles(
  engine: Engine,
  remotes: readonly RemoteFile[],
  job: { outputDir: string; taskId: string },
  signal: AbortSignal,
): Promise<ComfyuiFile[]> {
  const { outputDir, taskId } = job;
  await makeFolder(outputDir, 2);
  const tolerance = createTolerance(engine.timings.away);
  const taken = new Set<string>();
  const files: ComfyuiFile[] = [];
  try {
    for (const remote of remotes) {
      const name = localName(remote.filename, taken);
      const file = path.join(outputDir, name);
      const partial = path.join(outputDir, `.${name}${partialEnd(taskId)}`);
      const get = async () => {
        const got = await download(engine, remote, partial, signal);
        const { size: sizeBytes } = await stat(partial);
        return { sizeBytes, ...(await judgeFile(got, sizeBytes, signal)) };
      };
      let got = await tolerance.over(get);
      while (got === undefined) {
        await pause(engine.timings.poll, signal);
        got = await tolerance.over(get);
      }
      await syncPath(partial);
      await rename(partial, file);
      files.push({ file, kind: kindOf(name), ...remote, ...got });
    }
    await syncPath(outputDir);
    return files;
  } catch (error) {
    await Promise.all(files.map(({ file }) => rm(file, { force: true })));
    await removePartials(outputDir, taskId);
    throw error;
  }
}
