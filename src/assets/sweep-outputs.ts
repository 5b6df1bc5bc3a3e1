import { lstat, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { resultIn } from './manifest.ts';
import { existingAsset, type AssetFolder } from './paths.ts';
import { isOwn } from './publish.ts';
import { TASK_ID } from './sweep-work.ts';
import { workFolder } from './work-folder.ts';
import { readJson } from '../host/json-file.ts';

/**
 * The files that a result lists, relative to ASSET_PATH. Results of earlier versions name one of their files in a
 * field.
 */
function filesOf(result: Readonly<Record<string, unknown>>): string[] {
  const listed = Array.isArray(result['files']) ? (result['files'] as { path?: unknown }[]) : [];
  const paths = [...listed.map((file) => file?.path), result['output_path'], result['srt_path'], result['poster_path']];
  return [...new Set(paths.filter((one) => typeof one === 'string'))];
}

/** Removes a file if this task made it before `before`, and nobody has replaced it since. */
async function removeOutput(assets: AssetFolder, relative: string, taskId: string, before: Date): Promise<boolean> {
  try {
    await existingAsset(assets, relative, { mayBeEmpty: true });
    const file = path.join(assets.root, relative);
    const isMine = relative.split('/').includes(taskId) || (await isOwn(file, workFolder(assets.root, taskId)));
    const entry = await lstat(file);
    if (!isMine || !entry.isFile() || entry.mtime >= before) return false;
    await unlink(file);
    // The folder of a ComfyUI task; others are not empty, or not ours.
    if (path.basename(path.dirname(file)) === taskId) await rmdir(path.dirname(file)).catch(() => undefined);
    return true;
  } catch {
    // It has gone, or cannot be removed now.
    return false;
  }
}

/**
 * Removes the outputs of tasks that completed before `before`, by the notes in their work folders. Files that clients
 * sent, and files that replaced an output, are nobody's outputs and stay.
 * @returns how many. What cannot be removed now is tried again next time.
 */
export async function sweepOutputs(assets: AssetFolder, before: Date): Promise<number> {
  const work = path.join(assets.root, 'work');
  const taskIds = (await readdir(work).catch(() => [])).filter((name) => TASK_ID.test(name));
  let removed = 0;
  for (const taskId of taskIds) {
    const manifest = path.join(work, taskId, 'manifest.json');
    const written = await stat(manifest).catch(() => undefined);
    if (written === undefined || written.mtime >= before) continue;
    const result = resultIn(await readJson(manifest).catch(() => undefined));
    for (const relative of result === undefined ? [] : filesOf(result))
      if (await removeOutput(assets, relative, taskId, before)) removed++;
  }
  return removed;
}
