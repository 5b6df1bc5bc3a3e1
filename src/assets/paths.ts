import { access, constants, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { checkDisk } from './asset-disk.ts';
import type { Config } from '../config.ts';
import { AppError, messageOf } from '../errors.ts';
import { withoutCredentials } from '../text/without-credentials.ts';

export type AssetFolder = Config['assets'];

/** The prefix that the earlier service used for results; always accepted. */
const PUBLIC_PREFIX = '/assets';

/** Why a path that a client sent cannot be used; the message says what was expected. */
export class AssetPathError extends Error {
  override name = 'AssetPathError';
}

const LONGEST_SHOWN = 200;

/** A path from a client for an error about it: short, and without the credentials of an address. */
export function shownPath(value: string): string {
  const shown = withoutCredentials(value);
  return shown.length <= LONGEST_SHOWN ? shown : `${shown.slice(0, LONGEST_SHOWN)}…`;
}

/** Whether an absolute path is below a folder, without following links. */
export const isInside = (root: string, absolute: string): boolean => {
  const relative = path.relative(root, absolute);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};

function absoluteOf(folder: AssetFolder, value: string): string {
  if (!path.isAbsolute(value)) return path.resolve(folder.root, value);
  if (isInside(folder.root, path.resolve(value))) return path.resolve(value);
  const aliases = [...folder.aliases, { from: PUBLIC_PREFIX, to: '' }];
  const alias = aliases.find(({ from }) => isInside(from, path.resolve(value)));
  if (alias === undefined)
    throw new AssetPathError('expected a path relative to ASSET_PATH; this absolute path is outside it');
  return path.resolve(folder.root, alias.to, path.relative(alias.from, path.resolve(value)));
}

/**
 * Converts a path from a client into one relative to ASSET_PATH, with `/` between folders. Accesses no file.
 * @throws {AssetPathError} for URLs, for paths outside the folder, and for the folder itself.
 */
export function assetPath(folder: AssetFolder, value: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    throw new AssetPathError(
      'expected a path relative to ASSET_PATH, not a URL; only input files can be https:// addresses',
    );
  if (value.includes('\0')) throw new AssetPathError('expected a path without a null character');
  const absolute = absoluteOf(folder, value);
  if (!isInside(folder.root, absolute))
    throw new AssetPathError('expected a path inside ASSET_PATH; this one leads outside');
  return path.relative(folder.root, absolute).split(path.sep).join('/');
}

/** Names that files have before they are finished, beside their final places. */
const UNFINISHED = /^\..*\.part$/s;

/**
 * The path of a file that a task is to read, as a client sent it, relative to ASSET_PATH. Looks at no file.
 * @throws {AssetPathError} as {@link assetPath}, and for what a task has not finished.
 */
export function inputPath(folder: AssetFolder, value: string): string {
  const relative = assetPath(folder, value);
  const names = relative.split('/');
  // Some file systems take large and small letters for the same.
  if (names[0]?.toLowerCase() === 'work' || names.some((name) => UNFINISHED.test(name)))
    throw new AssetPathError('expected a finished file; this one is for the task that makes it');
  return relative;
}

/** An existing file: its real absolute path, and its real path relative to ASSET_PATH. */
export interface ExistingAsset {
  absolute: string;
  relative: string;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const away = (error: unknown): AppError => new AppError('asset_folder_unavailable', messageOf(error), { cause: error });
/** System error codes for a wrong path. Other codes mean a problem of the disk. */
const WRONG_PATH = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);
const FORBIDDEN = new Set(['EACCES', 'EPERM']);

/** @throws {AppError} `asset_folder_unavailable` if the disk is away, because then every file seems to be missing. */
export const assetRoot = (folder: AssetFolder): Promise<string> =>
  Promise.all([realpath(folder.root), checkDisk(folder.root)]).then(
    ([real]) => real,
    (error: unknown) => {
      throw away(error);
    },
  );

/**
 * Checks that a relative asset path names a readable file whose real path (after symbolic links) is inside ASSET_PATH.
 * @throws {AssetPathError} with the problem of the path.
 * @throws {AppError} `asset_folder_unavailable`
 */
export async function existingAsset(
  folder: AssetFolder,
  relative: string,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean } = {},
): Promise<ExistingAsset> {
  const root = await assetRoot(folder);
  try {
    const real = await realpath(path.join(root, relative));
    if (!isInside(root, real)) throw new AssetPathError('this is a symbolic link to a place outside ASSET_PATH');
    const info = await stat(real);
    if (!info.isFile())
      throw new AssetPathError(`expected a file; this is ${info.isDirectory() ? 'a folder' : 'a pipe or a device'}`);
    if (info.size === 0 && !mayBeEmpty) throw new AssetPathError('this file is empty');
    await access(real, constants.R_OK);
    return { absolute: real, relative: path.relative(root, real).split(path.sep).join('/') };
  } catch (error) {
    if (error instanceof AssetPathError) throw error;
    if (WRONG_PATH.has(codeOf(error))) throw new AssetPathError('no such file under ASSET_PATH', { cause: error });
    if (FORBIDDEN.has(codeOf(error)))
      throw new AssetPathError('the middleware has no permission to read this file', { cause: error });
    throw away(error);
  }
}

const LEADS_OUT = 'expected a path inside ASSET_PATH; a symbolic link leads this one outside';

/** The real path of the nearest existing folder above a path. A broken link counts as existing. */
async function nearestAncestor(absolute: string): Promise<string> {
  const parent = path.dirname(absolute);
  const isThere = await lstat(parent).then(
    () => true,
    (error: unknown) => {
      if (WRONG_PATH.has(codeOf(error))) return false;
      throw error;
    },
  );
  return isThere ? realpath(parent) : nearestAncestor(parent);
}

const isWithin = (root: string, real: string): boolean => real === root || isInside(root, real);

/** The error about the folder of a new file. */
function folderError(error: unknown): AssetPathError | AppError {
  if (error instanceof AssetPathError || error instanceof AppError) return error;
  if (WRONG_PATH.has(codeOf(error)) || codeOf(error) === 'EEXIST')
    return new AssetPathError('expected a path through folders; a part of it is a file or a broken link', {
      cause: error,
    });
  return away(error);
}

/**
 * Checks whether a file could be created at a path. Creates nothing.
 * @throws as {@link writableAsset}.
 */
export async function checkWritable(folder: AssetFolder, relative: string): Promise<void> {
  const root = await assetRoot(folder);
  try {
    if (!isWithin(root, await nearestAncestor(path.join(root, relative)))) throw new AssetPathError(LEADS_OUT);
  } catch (error) {
    throw folderError(error);
  }
}

/**
 * Creates the folder of a result and returns the absolute path to write to. Never creates anything outside ASSET_PATH,
 * or ASSET_PATH itself.
 * @throws {AssetPathError} if the folder cannot be created: a link leads out of ASSET_PATH, or a file is in its place.
 * @throws {AppError} `asset_folder_unavailable`
 */
export async function writableAsset(folder: AssetFolder, relative: string): Promise<string> {
  await checkWritable(folder, relative);
  const root = await assetRoot(folder);
  try {
    const file = path.join(root, relative);
    await mkdir(path.dirname(file), { recursive: true });
    const parent = await realpath(path.dirname(file));
    if (!isWithin(root, parent)) throw new AssetPathError(LEADS_OUT);
    return path.join(parent, path.basename(file));
  } catch (error) {
    throw folderError(error);
  }
}
