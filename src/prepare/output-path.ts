import path from 'node:path';
import { assetPath, AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { isOwn, OWN_FOLDERS_ONLY } from '../files/client-path.ts';

/**
 * Where a client wants a result, relative to ASSET_PATH. A result always gets an extension, so a name without one, such
 * as `work`, takes no folder's place. @throws {AssetPathError}
 */
export function outputPath(assets: AssetFolder, wanted: string): string {
  const relative = assetPath(assets, wanted.trim());
  if (/\/\.{0,2}$/.test(wanted.trim()))
    throw new AssetPathError('expected the name of a file, but this is the name of a folder');
  if (isOwn(path.dirname(relative))) throw new AssetPathError(OWN_FOLDERS_ONLY);
  return relative;
}
