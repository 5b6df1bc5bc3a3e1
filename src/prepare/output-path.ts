import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { assetPath, AssetPathError, isInside, type AssetFolder } from '../assets/paths.ts';
import { VOICES_FOLDER } from '../voices/read-voice.ts';

/** Folders of the middleware itself; no result may go there. */
const OURS = ['work', VOICES_FOLDER];

export const OURS_ARE_OURS = `expected a path outside ${OURS.map((one) => `${one}/`).join(' and ')}, which the middleware uses itself`;

/** Where a client wants a result, relative to ASSET_PATH. @throws {AssetPathError} */
export function outputPath(assets: AssetFolder, wanted: string): string {
  const relative = assetPath(assets, wanted.trim());
  if (/\/\.{0,2}$/.test(wanted.trim()))
    throw new AssetPathError('expected the name of a file, but this is the name of a folder');
  // Some file systems take large and small letters for the same.
  if (OURS.some((folder) => relative.toLowerCase().startsWith(`${folder}/`))) throw new AssetPathError(OURS_ARE_OURS);
  return relative;
}

/** Whether a place, with all links followed, lies in one of our folders. */
export async function isOurs(assets: AssetFolder, place: string): Promise<boolean> {
  const folders = OURS.map((folder) => path.join(assets.root, folder));
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return real.some((folder) => isInside(folder, place));
}
