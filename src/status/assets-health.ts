import { access, constants } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { checkDisk } from '../assets/asset-disk.ts';
import type { PartHealth } from '../contracts/health.ts';
import { ERRORS, messageOf } from '../errors.ts';

const { message, hint } = ERRORS.asset_folder_unavailable;

/** Errors of the system by their codes: its own messages name the path. */
const TROUBLES: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not there',
  EACCES: 'it may not be read and written',
  EROFS: 'it is read-only',
};

const troubleOf = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? messageOf(error) : (TROUBLES[code] ?? code);
};

/** Whether the asset folder is there and can be written. Anybody may read the answer, so it names no path. Takes at most `limitMs`. */
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
