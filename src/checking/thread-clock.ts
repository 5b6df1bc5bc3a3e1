import { readFileSync, readlinkSync } from 'node:fs';

/** The number of a thread whose processor time cannot be known. */
const UNKNOWN = -1;

/**
 * The data that a thread writes at its start: its number in the system, and the processor time in ms that it has used
 * before. This is shared memory, because a busy thread cannot send messages.
 */
export type ThreadClock = Int32Array<SharedArrayBuffer>;

export const newClock = (): ThreadClock => new Int32Array(new SharedArrayBuffer(8));

/** Only Linux counts processor time of threads. @throws on other systems */
const cpuMsOf = (thread: number): number =>
  Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;

/** Called in the thread. */
export function startClock(clock: ThreadClock): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    clock[1] = cpuMsOf(thread);
    clock[0] = thread;
  } catch {
    // On other systems, elapsed time counts.
    clock[0] = UNKNOWN;
  }
}

/** The processor time in ms that the thread has used since its start; undefined if unknown. */
export function usedMs([thread = 0, before = 0]: ThreadClock): number | undefined {
  try {
    return thread <= 0 ? undefined : cpuMsOf(thread) - before;
  } catch {
    return undefined;
  }
}

/** Why a check ends early: it `used` too much, or it was `starved` because other work took the processors. */
export type Late = 'used' | 'starved';

/**
 * Calls back when a thread has used up its time. On a busy machine a check is slow but not expensive, so more time may
 * pass.
 * @param limits.cpuMs the limit of processor time; `mostMs` limits the elapsed time. Where the processor time is
 * unknown, the elapsed time is what the thread used.
 * @returns a function that ends the watch.
 */
export function watchClock(
  clock: ThreadClock,
  limits: { cpuMs: number; mostMs: number },
  onLate: (why: Late) => void,
): () => void {
  const began = performance.now();
  let timer: NodeJS.Timeout;
  const checkTime = (): void => {
    const unused = limits.cpuMs - (usedMs(clock) ?? 0);
    const left = limits.mostMs - (performance.now() - began);
    if (unused <= 0) onLate('used');
    else if (left <= 0) onLate(clock[0] === UNKNOWN ? 'used' : 'starved');
    else timer = setTimeout(checkTime, Math.max(50, Math.min(unused, left)));
  };
  timer = setTimeout(checkTime, Math.min(limits.cpuMs, limits.mostMs));
  return () => clearTimeout(timer);
}
