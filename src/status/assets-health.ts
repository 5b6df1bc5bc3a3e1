import { access, constants } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { checkDisk } from '../assets/asset-disk.ts';
import type { PartHealth } from '../contracts/health.ts';
import { ERRORS, messageOf } from '../errors.ts';

const { message, hint } = ERRORS.asset_folder_unavailable;

/** Descriptions of system errors by code, because the system's own messages contain the path. */
const TROUBLES: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'the middleware has no permission to read and write it',
  EROFS: 'it is read-only',
};

const troubleOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? messageOf(error) : (TROUBLES[code] ?? code);
};

/**
 * Whether the asset folder exists and can be written. The answer is public, so it contains no path. Takes at most
 * `limitMs`.
 */
export async function assetsHealth(root: string, limitMs: number): Promise<PartHealth> {
  const limit = new AbortController();
  const late = delay(limitMs, undefined, { signal: limit.signal }).then(
    () => Promise.reject(new Error('its disk does not answer')),
    () => undefined,
  );
  try {
    const looked = checkDisk(root).then(() => access(root, constants.R_OK | constants.W_OK | constants.X_OK));
    await Promise.race([looked, late]);
    return { ok: true, detail: 'can be read and written' };
  } catch (error) {
    return { ok: false, detail: `${message}: ${troubleOf(error)}. ${hint}` };
  } finally {
    limit.abort();
  }
}
