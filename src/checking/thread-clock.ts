import { readFileSync, readlinkSync } from 'node:fs';

/** What a thread tells of itself when it begins: its number in the system, and what it had used of a processor by then, in ms. Shared memory, as it says no more until it has ended. */
export type ThreadClock = Int32Array<SharedArrayBuffer>;

export const newClock = (): ThreadClock => new Int32Array(new SharedArrayBuffer(8));

/** Linux alone counts it for threads. @throws where it is not counted */
const cpuMsOf = (thread: number): number =>
  Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;

/** Called in the thread. */
export function startClock(clock: ThreadClock): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    clock[1] = cpuMsOf(thread);
    clock[0] = thread;
  } catch {
    // Elsewhere the time that passes counts.
  }
}

/** What the thread has used of a processor since it began, in ms; undefined where that is not known. */
export function usedMs([thread = 0, before = 0]: ThreadClock): number | undefined {
  try {
    return thread === 0 ? undefined : cpuMsOf(thread) - before;
  } catch {
    return undefined;
  }
}

/**
 * Calls back when a thread has used its time. A machine that is busy with other work makes a check slow, not costly: then more time may pass.
 * @param limits.cpuMs of a processor; `mostMs` that may pass at all, also where nobody knows what the thread used.
 * @returns what ends the watch.
 */
export function watchClock(
  clock: ThreadClock,
  limits: { cpuMs: number; mostMs: number },
  onLate: () => void,
): () => void {
  const began = performance.now();
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const left = Math.min(limits.cpuMs - (usedMs(clock) ?? 0), limits.mostMs - (performance.now() - began));
    if (left <= 0) onLate();
    else timer = setTimeout(look, Math.max(50, left));
  };
  timer = setTimeout(look, limits.cpuMs);
  return () => clearTimeout(timer);
}
