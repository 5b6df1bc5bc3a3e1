import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { kindByName } from '../../../assets/file-kind/kind-by-name.ts';
import { moveDurably } from '../../../host/durable-file.ts';
import { makeFolder } from '../../../assets/work-folder.ts';
import { AppError } from '../../../errors.ts';
import { ConnectionFailure, connectionFailure } from '../client/connection-failure.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import { pause } from '../client/pause.ts';
import { watchTransfer } from '../client/transfer-speed.ts';
import type { DriverContext } from '../context.ts';
import type { ComfyuiFile } from '../manifest.ts';
import { checkFile, type Download } from './check-file.ts';
import { type RemoteFile, localName } from './outputs.ts';

/** The suffix of a task's partial files, the same in each attempt. */
const partialSuffix = (taskId: string): string =>
  `.${createHash('sha256').update(taskId).digest('hex').slice(0, 12)}.part`;

/** Removes the partial files of this task, and the folder if it is then empty. */
export async function removePartials(outputDir: string, taskId: string): Promise<void> {
  const names = await readdir(outputDir).catch(() => []);
  const ours = names.filter((name) => name.endsWith(partialSuffix(taskId)));
  await Promise.all(ours.map((name) => rm(path.join(outputDir, name), { force: true })));
  await rmdir(outputDir).catch(() => undefined);
}

/** Downloads one file from `/view`, and computes the hash of its bytes on the way. */
async function fetchFile(
  context: DriverContext,
  remote: RemoteFile,
  file: string,
  signal: AbortSignal,
): Promise<{ download: Download; sha256: string }> {
  const { filename, subfolder, type } = remote;
  const query = new URLSearchParams({ filename, subfolder, type });
  const patience = context.timings.transfer;
  const { status, headers, body } = await context.http.download(`/view?${query.toString()}`, {
    timeout: patience,
    signal,
  });
  if (status !== 200) throw new AppError('comfyui_output_lost', `${filename} of node ${remote.node} (HTTP ${status})`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    body.on('error', () => undefined).destroy();
    throw new ConnectionFailure('nonsense', `${filename} was sent compressed (${encoding.slice(0, 40)})`);
  }
  const transfer = watchTransfer(`${filename} comes`, patience);
  const hash = createHash('sha256');
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      transfer.moved(chunk.length);
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(body, counted, createWriteStream(file), { signal: AbortSignal.any([signal, transfer.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    transfer.signal.throwIfAborted();
    // An error of our own disk is not a failure of the connection.
    const { syscall } = error as NodeJS.ErrnoException;
    throw syscall === 'write' || syscall === 'open' ? error : connectionFailure(error);
  } finally {
    transfer.done();
  }
  const isEndKnown = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const contentType = headers['content-type'] ?? '';
  return { download: { file, filename, contentType, isEndKnown }, sha256: hash.digest('hex') };
}

/**
 * Downloads every file under a temporary name, then syncs and renames it. On failure no file remains.
 * @throws {AppError} `comfyui_output_lost` if ComfyUI does not have a file, or the file is empty or damaged;
 * `comfyui_failed` if other content arrives instead; `comfyui_lost` if ComfyUI went away; the signal's reason.
 */
export async function fetchFiles(
  context: DriverContext,
  remotes: readonly RemoteFile[],
  job: { outputDir: string; taskId: string; onFile?: (file: ComfyuiFile) => void },
  signal: AbortSignal,
): Promise<ComfyuiFile[]> {
  const { outputDir, taskId } = job;
  await makeFolder(outputDir, 2);
  const grace = createGracePeriod(context.timings.away);
  const taken = new Set<string>();
  const files: ComfyuiFile[] = [];
  try {
    for (const remote of remotes) {
      const name = localName(remote.filename, taken);
      const file = path.join(outputDir, name);
      const partial = path.join(outputDir, `.${name}${partialSuffix(taskId)}`);
      const get = async () => {
        const { download, sha256 } = await fetchFile(context, remote, partial, signal);
        const { size: sizeBytes } = await stat(partial);
        return { sizeBytes, sha256, ...(await checkFile(download, sizeBytes, signal)) };
      };
      let got = await grace.try(get);
      while (got === undefined) {
        await pause(context.timings.poll, signal);
        got = await grace.try(get);
      }
      await moveDurably(partial, file);
      const fetched = { file, kind: kindByName(name), ...remote, ...got };
      files.push(fetched);
      job.onFile?.(fetched);
    }
    return files;
  } catch (error) {
    await Promise.all(files.map(({ file }) => rm(file, { force: true })));
    await removePartials(outputDir, taskId);
    throw error;
  }
}
