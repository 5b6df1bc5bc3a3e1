import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AssetPathError, assetPath, assetRoot, isInside, type AssetFolder } from '../assets/paths.ts';
import { VOICES_FOLDER } from '../voices/read-voice.ts';

/** The folder of the tasks' parts and of unfinished uploads. */
const WORK_FOLDER = 'work';
/** The folder of files that came from the addresses in requests, or with them. */
export const FETCHED_FOLDER = 'fetched';
/** Folders in which only the middleware creates files. */
const OWN_FOLDERS = [WORK_FOLDER, VOICES_FOLDER, FETCHED_FOLDER] as const;

/** Folders that are made when they are first needed: by uploads and results without a folder of their own. */
const USUAL_FOLDERS = ['output', 'uploads', 'samples'];

export const OWN_FOLDERS_ONLY = 'expected a path outside work/, voices/ and fetched/, which the middleware uses itself';

/** The longest file name in bytes, on every file system of Linux. */
export const LONGEST_NAME = 255;
/** The longest path in bytes, without its terminating byte. */
export const LONGEST_PATH = 4095;

/** Whether a path is a folder or begins with it, ignoring case, as some file systems do. */
const beginsWith = (relative: string, folder: string): boolean => `${relative.toLowerCase()}/`.startsWith(`${folder}/`);

/** The problem with a path for a file that would take the name of a folder that all clients need. */
const takesFolder = (relative: string): string | undefined =>
  USUAL_FOLDERS.includes(relative.toLowerCase())
    ? `expected the name of a file, but ${relative} is the name of a folder`
    : undefined;

async function isBelow(assets: AssetFolder, place: string, folders: readonly string[]): Promise<boolean> {
  const places = folders.map((folder) => path.join(assets.root, folder));
  const real = await Promise.all(places.map((folder) => realpath(folder).catch(() => folder)));
  return real.some((folder) => isInside(folder, place));
}

/** Whether a path, as written, is in a folder of the middleware. @param relative to ASSET_PATH */
export const isOwn = (relative: string): boolean => OWN_FOLDERS.some((folder) => beginsWith(relative, folder));

/** Whether a real path, after all links, is in a folder of the middleware. @param place absolute */
export const isOwnPlace = (assets: AssetFolder, place: string): Promise<boolean> => isBelow(assets, place, OWN_FOLDERS);

/** Whether a file is one of the voices, by its path as written and by its real path. @param place absolute */
export const isVoice = async (assets: AssetFolder, relative: string, place: string): Promise<boolean> =>
  beginsWith(relative, VOICES_FOLDER) || isBelow(assets, place, [VOICES_FOLDER]);

/** Unfinished files and files of programs have such names. */
export const isHidden = (name: string): boolean => name.startsWith('.');

/** Whether a file is private, by its path as written. @param relative to ASSET_PATH */
export const isPrivate = (relative: string): boolean =>
  beginsWith(relative, WORK_FOLDER) || relative.split('/').some(isHidden);

/** The same for a real path after all links. @param place absolute */
export async function isPrivatePlace(assets: AssetFolder, place: string): Promise<boolean> {
  const names = path.relative(await assetRoot(assets), place).split(path.sep);
  return names.some(isHidden) || isBelow(assets, place, [WORK_FOLDER]);
}

/**
 * Converts a decoded path below `/assets/` into a path relative to ASSET_PATH. No part may be empty or lead upwards.
 * @throws {AssetPathError}
 */
export function clientPath(assets: AssetFolder, sent: string): string {
  const names = sent.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..'))
    throw new AssetPathError('expected the names of folders and a file, with one slash between each two');
  return assetPath(assets, sent);
}

const CONTROL = /\p{Control}/u;
/** A lone surrogate, which file systems cannot store. */
const HALF = /\p{Surrogate}/u;
/** Names that Windows treats as devices, with any extension. Windows may share the disk of the asset folder. */
export const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?: *\.| *$)/i;

/** The problem with the name of a file or a folder that a client wants to store; undefined if there is none. */
export function nameProblem(name: string): string | undefined {
  if (isHidden(name)) return 'expected names that do not begin with a dot';
  if (CONTROL.test(name) || HALF.test(name)) return 'expected names without control characters';
  if (name.includes('\\')) return 'expected slashes between folders, not backslashes';
  if (DEVICE.test(name)) return `expected another name, because Windows uses ${name.slice(0, 20)} for a device`;
  if (/[. ]$/.test(name)) return 'expected names that do not end with a dot or a space';
  if (Buffer.byteLength(name) > LONGEST_NAME) return `expected names of at most ${LONGEST_NAME} bytes`;
  return undefined;
}

/**
 * The path at which a client wants to store a file, relative to ASSET_PATH.
 * @throws {AssetPathError} if no file may ever be stored there.
 */
export function storablePath(assets: AssetFolder, sent: string): string {
  const relative = clientPath(assets, sent);
  if (isOwn(relative)) throw new AssetPathError(OWN_FOLDERS_ONLY);
  const problem = [takesFolder(relative), ...relative.split('/').map(nameProblem)].find((one) => one !== undefined);
  if (problem !== undefined) throw new AssetPathError(problem);
  if (Buffer.byteLength(path.join(assets.root, relative)) > LONGEST_PATH)
    throw new AssetPathError('expected a shorter path');
  return relative;
}
