import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Lets the helpers that Node has started already (they collect garbage and compile, mostly that of the checks) come after its main thread, where
 * there are fewer processors than work. Linux alone has priorities of threads.
 * @param nice how much lower, 1–19.
 */
export function lowerHelperThreads(nice: number): void {
  if (process.platform !== 'linux') return;
  const lowered = Math.min(19, getPriority() + nice);
  const helpers = readdirSync('/proc/self/task').map(Number);
  for (const thread of helpers)
    try {
      if (thread !== process.pid) setPriority(thread, lowered);
    } catch {
      // It has ended, or a system does not allow it: nothing depends on it.
    }
}
