import { stat } from 'node:fs/promises';
import path from 'node:path';

/** Folders in which a mounted disk was seen. */
const mounted = new Set<string>();

/**
 * Checks that ASSET_PATH exists with the disk that was mounted there. An unmounted disk leaves an empty folder: every
 * file in it seems to be missing, and results written to it would be lost.
 * @throws the system's error, or an Error if the disk is away.
 */
export async function checkDisk(root: string): Promise<void> {
  const [here, above] = await Promise.all([stat(root), stat(path.dirname(root))]);
  if (here.dev !== above.dev) mounted.add(root);
  else if (mounted.has(root)) throw new Error('the disk that was mounted there is no longer mounted');
}
