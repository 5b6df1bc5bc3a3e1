import { rm, stat } from 'node:fs/promises';
import { RECORDING_EXTENSIONS } from './voice.ts';

const isFile = async (place: string): Promise<boolean> => (await stat(place).catch(() => undefined))?.isFile() === true;

/**
 * Removes a voice that is the files `<base>.wav` and `<base>.txt` rather than a folder. Folders of such names are other voices.
 * Gives whether there was a recording.
 */
export async function removePair(base: string): Promise<boolean> {
  let found = false;
  for (const extension of [...RECORDING_EXTENSIONS, '.txt']) {
    if (!(await isFile(base + extension))) continue;
    await rm(base + extension, { force: true });
    found ||= extension !== '.txt';
  }
  return found;
}
