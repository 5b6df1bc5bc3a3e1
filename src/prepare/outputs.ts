import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isTaken } from '../assets/publish.ts';
import type { AssetFolder } from '../assets/paths.ts';
import { workFolder } from '../assets/work-folder.ts';
import type { FieldError } from '../errors.ts';
import { isOwnPlace, LONGEST_NAME, LONGEST_PATH, OWN_FOLDERS_ONLY } from '../files/client-path.ts';

/** A file that a task will make. */
export interface Output {
  /** The field that decides its name. */
  path: string;
  /** Relative to ASSET_PATH. */
  file: string;
  /** The kind of an additional file next to the requested one. */
  what?: 'poster' | 'subtitles';
  /** Where that really is, links to folders followed. */
  place?: string;
}

const TOO_LONG = 'a character that is not ASCII takes 2 to 4 bytes';
const whose = ({ what }: Output): string => (what === undefined ? '' : ` (its ${what})`);

function nameErrors(assets: AssetFolder, output: Output): string[] {
  const names = output.file.split('/');
  const long = names.find((name) => Buffer.byteLength(name) > LONGEST_NAME);
  if (long !== undefined)
    return [
      `expected names of at most ${LONGEST_NAME} bytes; this one has ${Buffer.byteLength(long)}${whose(output)} (${TOO_LONG})`,
    ];
  const whole = Buffer.byteLength(path.join(assets.root, output.file));
  return whole > LONGEST_PATH ? [`expected a shorter path; with all folders it has ${whole} bytes (${TOO_LONG})`] : [];
}

const identityOf = async (file: string): Promise<string | undefined> => {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
};

export interface OutputRules {
  taskId: string;
  overwrite: boolean;
  /** The files that the task reads, relative to ASSET_PATH. */
  inputs: readonly string[];
}

async function placeError(assets: AssetFolder, output: Output, rules: OutputRules): Promise<string | undefined> {
  if (output.place !== undefined && (await isOwnPlace(assets, output.place))) return OWN_FOLDERS_ONLY;
  const file = path.join(assets.root, output.file);
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return `expected the name of a file, but ${output.file} is a folder`;
  const identity = await identityOf(file);
  for (const input of rules.inputs)
    if (
      input === output.file ||
      (identity !== undefined && identity === (await identityOf(path.join(assets.root, input))))
    )
      return `expected another name, because the task itself reads ${output.file}${whose(output)}`;
  const options = { workDir: workFolder(assets.root, rules.taskId), overwrite: rules.overwrite };
  return (await isTaken(file, options))
    ? `${output.file}${whose(output)} already exists; choose another name, or send "overwrite": true to replace it`
    : undefined;
}

/** The errors about the places of a task's files that are known before it runs, at most one for each field. */
export async function outputErrors(
  assets: AssetFolder,
  outputs: readonly Output[],
  rules: OutputRules,
): Promise<FieldError[]> {
  const errors = new Map<string, FieldError>();
  for (const output of outputs) {
    const [long] = nameErrors(assets, output);
    const message = long ?? (await placeError(assets, output, rules));
    if (message !== undefined && !errors.has(output.path)) errors.set(output.path, { path: output.path, message });
  }
  return [...errors.values()];
}

/** Where a file really is or would be: two names of one place are the same here. */
async function realPlace(assets: AssetFolder, file: string): Promise<string> {
  const absolute = path.join(assets.root, file);
  const rest: string[] = [path.basename(absolute)];
  for (let folder = path.dirname(absolute); ; folder = path.dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined) return path.join(real, ...rest);
    if (folder === path.dirname(folder)) return absolute;
    rest.unshift(path.basename(folder));
  }
}

/** The same files with the places where they really are. */
export const located = (assets: AssetFolder, outputs: readonly Output[]): Promise<Output[]> =>
  Promise.all(outputs.map(async (output) => ({ ...output, place: await realPlace(assets, output.file) })));
