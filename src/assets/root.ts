import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';

/**
 * Ensures that the asset folder exists and can be written. Creates only the folder itself and its parent: if the
 * grandparent is missing, a disk is not mounted, and the root disk must not be filled instead.
 * @throws Error with the remedy.
 */
export async function ensureAssetRoot(root: string): Promise<void> {
  try {
    const parent = path.dirname(root);
    await stat(path.dirname(parent));
    await mkdir(root, { recursive: true });
    await access(root, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new Error(
      `The asset folder ${root} cannot be created or written (${messageOf(error)}). ` +
        'Set ASSET_PATH to a folder that can be written.',
      { cause: error },
    );
  }
}
