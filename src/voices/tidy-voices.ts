import { randomUUID } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder } from '../assets/work-folder.ts';
import { VOICES_FOLDER } from './read-voice.ts';

/** Hidden folders in `voices/` while a voice changes. They stay when the process is killed. */
const INCOMING = '.incoming-';
const FORMER = '.former-';
const LEAVING = '.leaving-';

const hidden = (root: string, name: string): string => path.join(root, VOICES_FOLDER, name);

/** Where a new voice is put together. */
export const incomingFolder = (root: string): string => hidden(root, INCOMING + randomUUID());
/** Where a voice is while another one takes its place. */
export const formerFolder = (root: string, id: string): string => hidden(root, `${FORMER}${randomUUID()}~${id}`);
/** Where a voice is while it is deleted. */
export const leavingFolder = (root: string): string => hidden(root, LEAVING + randomUUID());

/** Taking the place of a voice needs two renames. Nobody is still between them after so long. */
const REPLACED_MS = 5000;
/** Nobody needs so long to put a voice together, or to delete it. */
const DONE_MS = 3_600_000;

interface Entry {
  name: string;
  /** How long ago it got this name, or its last file. */
  ageMs: number;
}

async function hiddenIn(root: string, now: number): Promise<Entry[]> {
  const names = await readdir(path.join(root, VOICES_FOLDER)).catch(() => []);
  const ours = names.filter((name) => [INCOMING, FORMER, LEAVING].some((start) => name.startsWith(start)));
  const entries = ours.map(async (name) => {
    const found = await stat(hidden(root, name)).catch(() => undefined);
    return found === undefined ? [] : [{ name, ageMs: now - found.ctimeMs }];
  });
  return (await Promise.all(entries)).flat();
}

/** Whether some voice is replaced at this moment: it may be missing between its two states. */
export const isReplacing = async (root: string, now: number): Promise<boolean> =>
  (await hiddenIn(root, now)).some(({ name, ageMs }) => name.startsWith(FORMER) && ageMs <= REPLACED_MS);

/** Puts a voice back that was to be replaced, unless another one has its place. */
async function restore(root: string, name: string): Promise<void> {
  const id = name.slice(name.indexOf('~') + 1);
  await rename(hidden(root, name), path.join(root, VOICES_FOLDER, id)).catch(() => undefined);
}

/**
 * Ends what a killed process began: a voice whose place is empty returns to it, and the rest is removed. It never
 * rejects, and what does not succeed is tried again next time.
 * @param now ms since 1970
 */
export async function tidyVoices(root: string, now: number): Promise<void> {
  for (const { name, ageMs } of await hiddenIn(root, now)) {
    const isNamed = name.startsWith(FORMER) && name.includes('~');
    if (ageMs <= (isNamed ? REPLACED_MS : DONE_MS)) continue;
    if (isNamed) await restore(root, name);
    await removeFolder(hidden(root, name)).catch(() => undefined);
  }
}
