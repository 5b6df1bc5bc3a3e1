import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;
/** Longer than the helpers of a dead browser live. */
const QUIET_LOOKS = 6;
const MOST_LOOKS = 100;

/**
 * Removes a folder to which dying processes may still write: when a browser dies, its helpers save their caches and
 * create the folders again. Resolves when the folder has not reappeared for a while, or at once if it did not exist.
 */
export async function removeForGood(folder: string): Promise<void> {
  let quiet = QUIET_LOOKS;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if (existsSync(folder)) {
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: LOOK_MS });
      quiet = 0;
    }
    if (quiet >= QUIET_LOOKS) return;
    await delay(LOOK_MS);
    quiet += 1;
  }
}
