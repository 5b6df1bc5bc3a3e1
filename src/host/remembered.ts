import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A small JSON file; undefined when it is missing or does not parse. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Writes a small JSON file in one step: a reader sees the old content or the new one. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`);
  await rename(temporary, file);
}

interface Failure {
  at: string;
  reason: string;
}

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'at' in value && 'reason' in value;

/**
 * Runs a costly attempt at most once a day while it fails: the failure is kept in `<folder>/failed-<name>.json`.
 * @throws what the attempt threw, or an Error that tells of the remembered failure.
 */
export async function rememberFailure<T>(
  options: { folder: string; name: string; signal?: AbortSignal | undefined; now?: () => Date },
  attempt: () => Promise<T>,
): Promise<T> {
  const now = options.now ?? (() => new Date());
  const file = path.join(options.folder, `failed-${options.name}.json`);
  const earlier = await readJson(file);
  if (isFailure(earlier) && now().getTime() - Date.parse(earlier.at) < DAY_MS)
    throw new Error(`${earlier.reason} (tried at ${earlier.at}; tried again after a day, or at once without ${file})`);
  try {
    const value = await attempt();
    await rm(file, { force: true });
    return value;
  } catch (error) {
    const givenUp = options.signal?.aborted === true;
    if (!givenUp) await writeJson(file, { at: now().toISOString(), reason: messageOf(error) } satisfies Failure);
    throw error;
  }
}
