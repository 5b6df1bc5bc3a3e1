import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

/** Where a bundle has its asset folder, so that Remotion's own server serves the assets. */
export const ASSETS_LINK = path.join('public', 'assets');

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

/** Moved first: whoever still looks for it finds all of it or nothing. */
async function remove(folder: string, name: string): Promise<void> {
  const doomed = path.join(folder, name.startsWith('.') ? name : `.unused-${name}`);
  if (!name.startsWith('.')) await rename(path.join(folder, name), doomed);
  await rm(doomed, { recursive: true, force: true });
}

/** How long a bundle is kept after its last use. One whose asset folder is gone, as that of a demo or a test, is of no more use. */
async function limitOf(folder: string, name: string): Promise<number> {
  if (name.startsWith('.')) return ABANDONED_AFTER_MS;
  const assets = await stat(path.join(folder, name, ASSETS_LINK)).catch(() => null);
  return assets === null ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS;
}

/** Removes bundles that a killed process left half done, and those that no render has used for long. */
export async function sweepBundles(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    const info = await stat(path.join(folder, name)).catch(() => null);
    const limit = await limitOf(folder, name);
    if (info !== null && now.getTime() - info.mtimeMs > limit) await remove(folder, name).catch(() => undefined);
  }
}
