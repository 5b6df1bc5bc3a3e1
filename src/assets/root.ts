import { access, constants, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';

/**
 * Makes sure that the asset folder is there and can be written. Only the folder itself and its parent are made: a missing
 * grandparent is a disk that is not mounted, and filling the root disk in its place would help nobody.
 * @throws Error that says what to do.
 */
export async function ensureAssetRoot(root: string): Promise<void> {
  try {
    const parent = path.dirname(root);
    await stat(path.dirname(parent));
    await mkdir(root, { recursive: true });
    await access(root, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new Error(
      `The asset folder ${root} is not there and cannot be made, or cannot be written (${messageOf(error)}). ` +
        'Set ASSET_PATH to a folder that can.',
      { cause: error },
    );
  }
}
