import { assetPath, AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { isOwn, OWN_FOLDERS_ONLY, takesFolder } from '../files/client-path.ts';

/** Where a client wants a result, relative to ASSET_PATH. @throws {AssetPathError} */
export function outputPath(assets: AssetFolder, wanted: string): string {
  const relative = assetPath(assets, wanted.trim());
  if (/\/\.{0,2}$/.test(wanted.trim()))
    throw new AssetPathError('expected the name of a file, but this is the name of a folder');
  const problem = isOwn(relative) ? OWN_FOLDERS_ONLY : takesFolder(relative);
  if (problem !== undefined) throw new AssetPathError(problem);
  return relative;
}
