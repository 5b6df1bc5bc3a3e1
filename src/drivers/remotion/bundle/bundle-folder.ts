import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

const ABANDONED_AFTER_MS = 3_600_000;
const UNUSED_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * Notes that a bundle is used now, which keeps it from being swept.
 * @returns false when there is none.
 */
export async function useBundle(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Renames the bundle before it is removed, so that a process that still looks for it finds all of it or nothing. */
async function remove(folder: string, name: string): Promise<void> {
  const doomed = path.join(folder, name.startsWith('.') ? name : `.unused-${name}`);
  if (!name.startsWith('.')) await rename(path.join(folder, name), doomed);
  await rm(doomed, { recursive: true, force: true });
}

/** Removes bundles that a killed process left half done, and those that no render has used for long. */
export async function sweepBundles(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const info = await stat(path.join(folder, name)).catch(() => null);
    const limit = name.startsWith('.') ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS;
    if (info !== null && now.getTime() - info.mtimeMs > limit) await remove(folder, name).catch(() => undefined);
  }
}
