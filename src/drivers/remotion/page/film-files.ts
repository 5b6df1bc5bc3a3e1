import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Picture } from '../../../film/film.ts';
import { sourceFilesOf } from '../chunks/source-files.ts';

/** The path of assets in the composition, from Remotion's `staticFile('assets')`. */
export const ASSETS = '/public/assets';

async function bundleFiles(bundle: string): Promise<[string, string][]> {
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [`/${path.relative(bundle, file)}`, file]);
}

/**
 * All files that the page needs to draw a picture, by URL path: the files of the composition, and those that the
 * picture names.
 */
export async function filmFiles(film: {
  bundle: string;
  assetRoot: string;
  picture: Picture;
}): Promise<ReadonlyMap<string, string>> {
  const { bundle, assetRoot, picture } = film;
  const assets = sourceFilesOf(picture).map((src) => [`${ASSETS}/${src}`, path.join(assetRoot, src)] as const);
  return new Map([...(await bundleFiles(bundle)), ...assets]);
}
