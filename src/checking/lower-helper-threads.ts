import { readdirSync } from 'node:fs';
import { lowerPriority } from '../host/lower-priority.ts';

/**
 * Gives Node's present helper threads a lower priority than its main thread. They collect garbage and compile, mostly
 * for the checks. Only Linux has priorities of threads.
 * @param nice how much lower, 1–19.
 */
export function lowerHelperThreads(nice: number): void {
  if (process.platform !== 'linux') return;
  const helpers = readdirSync('/proc/self/task').map(Number);
  for (const thread of helpers)
    try {
      if (thread !== process.pid) lowerPriority(thread, nice);
    } catch {
      // The thread has ended, or the system does not allow it: nothing depends on it.
    }
}
