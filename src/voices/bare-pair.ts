import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RECORDING_EXTENSIONS } from './voice.ts';

const isFile = async (place: string): Promise<boolean> => (await stat(place).catch(() => undefined))?.isFile() === true;

/**
 * The first existing file with a base name and one of the endings, in any case: `luna.wav` or else `luna.WAV`.
 * @param base its path without the ending
 * @param endings such as `.wav`, in small letters
 */
export async function fileWithEnding(base: string, endings: readonly string[]): Promise<string | undefined> {
  for (const ending of endings) if (await isFile(base + ending)) return base + ending;
  const names = await readdir(path.dirname(base)).catch(() => []);
  const stem = path.basename(base);
  for (const ending of endings) {
    const same = names.filter((name) => name.startsWith(stem) && name.slice(stem.length).toLowerCase() === ending);
    for (const name of same.toSorted()) {
      const file = path.join(path.dirname(base), name);
      if (await isFile(file)) return file;
    }
  }
  return undefined;
}

/**
 * Removes a voice that consists of the files `<base>.wav` and `<base>.txt` and not of a folder. Folders with such names
 * are other voices. Returns whether there was a recording.
 */
export async function removePair(base: string): Promise<boolean> {
  let found = false;
  for (const endings of [RECORDING_EXTENSIONS, ['.txt']]) {
    for (
      let file = await fileWithEnding(base, endings);
      file !== undefined;
      file = await fileWithEnding(base, endings)
    ) {
      await rm(file, { force: true });
      found ||= endings === RECORDING_EXTENSIONS;
    }
  }
  return found;
}
