import { assetPath, AssetPathError, type AssetFolder } from '../assets/paths.ts';
import { VOICES_FOLDER } from '../voices/read-voice.ts';

/** Folders that have a meaning of their own: no result goes there. */
const OURS = ['work', VOICES_FOLDER];

/** Where a client wants a result, relative to ASSET_PATH. @throws {AssetPathError} */
export function outputPath(assets: AssetFolder, wanted: string): string {
  const relative = assetPath(assets, wanted.trim());
  if (OURS.some((folder) => relative.startsWith(`${folder}/`)))
    throw new AssetPathError(`expected a path outside ${OURS.map((one) => `${one}/`).join(' and ')}, which are ours`);
  return relative;
}
