import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

const ABANDONED_AFTER_MS = 3_600_000;
const UNUSED_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * Marks a bundle as used now, so that the sweep keeps it.
 * @returns false if there is no such bundle.
 */
export async function useBundle(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Renames the bundle before it removes it, so that other processes find either the complete bundle or nothing. */
async function remove(folder: string, name: string): Promise<void> {
  const doomed = path.join(folder, name.startsWith('.') ? name : `.unused-${name}`);
  if (!name.startsWith('.')) await rename(path.join(folder, name), doomed);
  await rm(doomed, { recursive: true, force: true });
}

/** Removes incomplete bundles of killed processes, and bundles that no render has used for a long time. */
export async function sweepBundles(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const info = await stat(path.join(folder, name)).catch(() => null);
    const limit = name.startsWith('.') ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS;
    if (info !== null && now.getTime() - info.mtimeMs > limit) await remove(folder, name).catch(() => undefined);
  }
}
