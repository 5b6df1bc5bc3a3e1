import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from './durable-file.ts';

/** The JSON in a file; undefined when the file is missing or does not parse. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Writes a JSON file, and creates its folder. A reader sees either the old or the new content. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
