import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Folders, FolderType } from '../folders.ts';
import type { FileItem, Made } from '../nodes/node-class.ts';
import { RunFailure } from './failure.ts';

const two = (value: number): string => String(value).padStart(2, '0');

function expand(prefix: string, size: Made): string {
  const now = new Date();
  const words: Record<string, string> = {
    width: String(size.width ?? 0),
    height: String(size.height ?? 0),
    year: String(now.getFullYear()),
    month: two(now.getMonth() + 1),
    day: two(now.getDate()),
    hour: two(now.getHours()),
    minute: two(now.getMinutes()),
    second: two(now.getSeconds()),
  };
  return prefix.replaceAll(/%(\w+)%/g, (whole, word: string) => words[word] ?? whole);
}

/** Names follow the files on disk, so the name of a deleted file is used again. */
async function nextNumber(folder: string, stem: string): Promise<number> {
  const numbers = (existsSync(folder) ? await readdir(folder) : [])
    .filter((name) => name.startsWith(`${stem}_`))
    .map((name) => Number.parseInt(name.slice(stem.length + 1), 10))
    .filter((number) => !Number.isNaN(number));
  return Math.max(0, ...numbers) + 1;
}

/** The next names for a prefix, such as `cat_00001_.png`. @throws RunFailure when the prefix leaves the folder. */
export async function nextNames(
  folders: Folders,
  options: { prefix: string; ending: string; type: FolderType; size: Made; count: number },
): Promise<FileItem[]> {
  const { ending, type, count } = options;
  const prefix = expand(options.prefix, options.size);
  const subfolder = path.dirname(prefix) === '.' ? '' : path.dirname(prefix);
  const stem = path.basename(prefix);
  const folder = folders.inside(type, subfolder);
  if (folder === undefined)
    throw new RunFailure(
      'Exception',
      '**** ERROR: Saving image outside the output folder is not allowed.\n' +
        ` full_output_folder: ${path.resolve(folders.of(type), subfolder)}\n         output_dir: ${folders.of(type)}\n`,
    );
  await mkdir(folder, { recursive: true });
  const first = await nextNumber(folder, stem);
  return Array.from({ length: count }, (_, index) => ({
    filename: `${stem.replaceAll('%batch_num%', String(index))}_${String(first + index).padStart(5, '0')}${ending}`,
    subfolder,
    type,
  }));
}
