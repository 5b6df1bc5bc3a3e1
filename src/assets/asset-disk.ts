import { stat } from 'node:fs/promises';
import path from 'node:path';

/** Folders that were seen to be where a disk is mounted. */
const mounted = new Set<string>();

/**
 * Makes sure that ASSET_PATH is there, and with the disk that was mounted there: an unmounted one leaves an empty folder, in which every file
 * seems to be missing, and which would take results that nobody finds again.
 * @throws what the system says, or an Error when the disk is away.
 */
export async function checkDisk(root: string): Promise<void> {
  const [here, above] = await Promise.all([stat(root), stat(path.dirname(root))]);
  if (here.dev !== above.dev) mounted.add(root);
  else if (mounted.has(root)) throw new Error('the disk that was mounted there is no longer mounted');
}
