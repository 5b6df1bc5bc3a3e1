import { rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';
import { readJson, writeJson } from './json-file.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Failure {
  at: string;
  reason: string;
}

const isFailure = (value: unknown): value is Failure =>
  typeof value === 'object' && value !== null && 'at' in value && 'reason' in value;

/**
 * Runs an expensive attempt at most once a day while it fails. The failure is stored in `<folder>/failed-<name>.json`.
 * @throws the error of the attempt, or an Error with the remembered failure.
 */
export async function rememberFailure<T>(
  options: { folder: string; name: string; signal?: AbortSignal | undefined; now?: () => Date },
  attempt: () => Promise<T>,
): Promise<T> {
  const now = options.now ?? (() => new Date());
  const file = path.join(options.folder, `failed-${options.name}.json`);
  const earlier = await readJson(file);
  if (isFailure(earlier) && now().getTime() - Date.parse(earlier.at) < DAY_MS)
    throw new Error(
      `${earlier.reason} (tried at ${earlier.at}; the next try is after a day, or at once if you delete ${file})`,
    );
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
