import { access, constants } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { PartHealth } from '../contracts/health.ts';
import { ERRORS, messageOf } from '../errors.ts';

const { message, hint } = ERRORS.asset_folder_unavailable;

/** Whether the asset folder is there and can be written. A disk that does not answer keeps nobody longer than `limitMs`. */
export async function assetsHealth(root: string, limitMs: number): Promise<PartHealth> {
  const limit = new AbortController();
  const late = delay(limitMs, undefined, { signal: limit.signal }).then(
    () => Promise.reject(new Error(`the disk of ${root} does not answer`)),
    () => undefined,
  );
  try {
    await Promise.race([access(root, constants.R_OK | constants.W_OK | constants.X_OK), late]);
    return { ok: true, detail: root };
  } catch (error) {
    return { ok: false, detail: `${message}: ${messageOf(error)}. ${hint}` };
  } finally {
    limit.abort();
  }
}
