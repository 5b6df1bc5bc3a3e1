import { readFileSync, readlinkSync } from 'node:fs';

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
  }
}

/** The processor time in ms that the thread has used since its start; undefined if unknown. */
export function usedMs([thread = 0, before = 0]: ThreadClock): number | undefined {
  try {
    return thread === 0 ? undefined : cpuMsOf(thread) - before;
  } catch {
    return undefined;
  }
}

/**
 * Calls back when a thread has used up its time. On a busy machine a check is slow but not expensive, so more time may
 * pass.
 * @param limits.cpuMs the limit of processor time; `mostMs` limits the elapsed time, even if the processor time is
 * unknown.
 * @returns a function that ends the watch.
 */
export function watchClock(
  clock: ThreadClock,
  limits: { cpuMs: number; mostMs: number },
  onLate: () => void,
): () => void {
  const began = performance.now();
  let timer: NodeJS.Timeout;
  const checkTime = (): void => {
    const left = Math.min(limits.cpuMs - (usedMs(clock) ?? 0), limits.mostMs - (performance.now() - began));
    if (left <= 0) onLate();
    else timer = setTimeout(checkTime, Math.max(50, left));
  };
  timer = setTimeout(checkTime, limits.cpuMs);
  return () => clearTimeout(timer);
}
