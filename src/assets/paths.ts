import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';

export type AssetFolder = Config['assets'];

/** The prefix under which the earlier service named results; always accepted. */
const PUBLIC_PREFIX = '/assets';

/** Why a path that a client sent cannot be used; the message says what was expected. */
export class AssetPathError extends Error {
  override name = 'AssetPathError';
}

const isInside = (root: string, absolute: string): boolean => {
  const relative = path.relative(root, absolute);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};

function absoluteOf(folder: AssetFolder, value: string): string {
  if (!path.isAbsolute(value)) return path.resolve(folder.root, value);
  if (isInside(folder.root, path.resolve(value))) return path.resolve(value);
  const aliases = [...folder.aliases, { from: PUBLIC_PREFIX, to: '' }];
  const alias = aliases.find(({ from }) => isInside(from, path.resolve(value)));
  if (alias === undefined)
    throw new AssetPathError('expected a path relative to ASSET_PATH; this absolute one lies outside it');
  return path.resolve(folder.root, alias.to, path.relative(alias.from, path.resolve(value)));
}

/**
 * A path as a client sent it → the same relative to ASSET_PATH, with `/` between folders. Looks at no file.
 * @throws {AssetPathError} for URLs, for paths that lead outside and for the folder itself.
 */
export function assetPath(folder: AssetFolder, value: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    throw new AssetPathError('expected a path relative to ASSET_PATH, not a URL; nothing is fetched from the network');
  if (value.includes('\0')) throw new AssetPathError('expected a path without a null character');
  const absolute = absoluteOf(folder, value);
  if (!isInside(folder.root, absolute))
    throw new AssetPathError('expected a path inside ASSET_PATH; this one leads out of it');
  return path.relative(folder.root, absolute).split(path.sep).join('/');
}

/** A file that exists: where it really is, and its real place relative to ASSET_PATH. */
export interface ExistingAsset {
  absolute: string;
  relative: string;
}

/**
 * Checks that a relative asset path names a readable file whose real place (symbolic links followed) is inside ASSET_PATH.
 * @throws {AssetPathError} saying what is wrong.
 */
export async function existingAsset(folder: AssetFolder, relative: string): Promise<ExistingAsset> {
  const [root, real] = await Promise.all([realpath(folder.root), realpath(path.join(folder.root, relative))]).catch(
    (error: unknown) => {
      throw new AssetPathError('no such file under ASSET_PATH', { cause: error });
    },
  );
  if (!isInside(root, real)) throw new AssetPathError('this is a symbolic link that leads out of ASSET_PATH');
  const info = await stat(real);
  if (!info.isFile()) throw new AssetPathError('expected a file; this is a folder');
  if (info.size === 0) throw new AssetPathError('this file is empty');
  await access(real, constants.R_OK).catch((error: unknown) => {
    throw new AssetPathError('this file cannot be read by the middleware', { cause: error });
  });
  return { absolute: real, relative: path.relative(root, real).split(path.sep).join('/') };
}

/**
 * Makes the folder of a result and gives the absolute path to write to.
 * @throws {AssetPathError} when a symbolic link leads that folder out of ASSET_PATH.
 */
export async function writableAsset(folder: AssetFolder, relative: string): Promise<string> {
  const parent = path.dirname(path.join(folder.root, relative));
  await mkdir(parent, { recursive: true });
  const [root, real] = await Promise.all([realpath(folder.root), realpath(parent)]);
  if (real !== root && !isInside(root, real))
    throw new AssetPathError('expected a path inside ASSET_PATH; a symbolic link leads this one out of it');
  return path.join(real, path.basename(relative));
}
