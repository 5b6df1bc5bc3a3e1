import { cp, lstat, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../assets/work-folder.ts';
import { voiceIds, VOICES_FOLDER } from '../voices/read-voice.ts';
import { withUploadFolder } from './upload-folder.ts';

/** While a folder of this name is under ASSET_PATH, nothing is added: deleted samples do not come back. */
const SAMPLES_FOLDER = 'samples';

/** What a rename says of a folder that has content already. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

const exists = (place: string): Promise<boolean> =>
  lstat(place).then(
    () => true,
    () => false,
  );

/** Copies a folder as a whole. @returns whether it was not there before. */
async function addFolder(from: string, to: string, assetRoot: string): Promise<boolean> {
  return withUploadFolder(assetRoot, async (folder) => {
    const copy = path.join(folder, 'copy');
    await cp(from, copy, { recursive: true });
    try {
      await rename(copy, to);
      return true;
    } catch (error) {
      // Another server on the same folder was faster.
      if (TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
}

/**
 * Adds the samples of the project to a new ASSET_PATH: the folder `samples`, and voices that it does not have yet.
 * @param from has the folders `samples` and `voices`
 * @returns the folders that were added, relative to ASSET_PATH.
 */
export async function addSamples(assetRoot: string, from: string): Promise<string[]> {
  const samples = path.join(assetRoot, SAMPLES_FOLDER);
  if (await exists(samples)) return [];
  const added: string[] = [];
  const add = async (folder: string): Promise<void> => {
    if (await addFolder(path.join(from, folder), path.join(assetRoot, folder), assetRoot)) added.push(folder);
  };
  await makeFolder(path.join(assetRoot, VOICES_FOLDER), 1);
  const known = await voiceIds(assetRoot);
  for (const id of await readdir(path.join(from, VOICES_FOLDER)))
    if (!known.includes(id)) await add(`${VOICES_FOLDER}/${id}`);
  // The last one, so that a start that was interrupted is made up for.
  await add(SAMPLES_FOLDER);
  return added;
}
