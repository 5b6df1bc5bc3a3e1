import { readFileSync, readlinkSync } from 'node:fs';

/** What a thread writes when it begins: its number in the system, and the processor time that it had used by then, in ms. It is shared memory, because a busy thread sends no messages. */
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
    // On other systems the time that passes counts.
  }
}

/** The processor time that the thread has used since it began, in ms; undefined when unknown. */
export function usedMs([thread = 0, before = 0]: ThreadClock): number | undefined {
  try {
    return thread === 0 ? undefined : cpuMsOf(thread) - before;
  } catch {
    return undefined;
  }
}

/**
 * Calls back when a thread has used up its time. On a machine that is busy with other work a check is slow, not costly, so more time may
 * pass.
 * @param limits.cpuMs processor time; `mostMs` may pass at all, also when the processor time is unknown.
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
