import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const POLL_MS = 20;

const pause = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process that noted down a lane last; undefined if none did. */
function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Only one process at a time looks for a lane. */
function withMutex<T>(folder: string, work: () => T): T {
  const mutex = path.join(folder, 'lanes.lock');
  for (;;) {
    try {
      mkdirSync(mutex);
      break;
    } catch {
      pause();
    }
  }
  try {
    return work();
  } finally {
    rmdirSync(mutex);
  }
}

/**
 * Takes one of some lanes for this process until it ends, and waits while all are taken. Vitest's own VITEST_POOL_ID is no lane: it
 * gives the same number to test files that run at once.
 * @returns from 0
 */
export function claimLane(folder: string, lanes: number): number {
  for (;;) {
    const lane = withMutex(folder, () => {
      const files = Array.from({ length: lanes }, (_, index) => path.join(folder, `lane-${index}`));
      const free = files.findIndex((file) => {
        const holder = holderOf(file);
        return holder === undefined || holder === process.pid || !isRunning(holder);
      });
      if (free >= 0) writeFileSync(files[free] ?? '', String(process.pid));
      return free;
    });
    if (lane >= 0) return lane;
    pause();
  }
}
