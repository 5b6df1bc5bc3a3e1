import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const POLL_MS = 20;
/** A lane is free as soon as a test file has ended. */
const LIMIT_MS = 120_000;

/** Blocks for a moment. @throws when it is later than `until`. */
function pause(until: number): void {
  if (performance.now() > until) throw new Error('no lane became free');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
}

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
function withMutex<T>(folder: string, until: number, work: () => T): T {
  const mutex = path.join(folder, 'lanes.lock');
  for (;;) {
    try {
      mkdirSync(mutex);
      break;
    } catch {
      pause(until);
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
 * @throws when none becomes free within two minutes.
 */
export function claimLane(folder: string, lanes: number): number {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const lane = withMutex(folder, until, () => {
      const files = Array.from({ length: lanes }, (_, index) => path.join(folder, `lane-${index}`));
      const free = files.findIndex((file) => {
        const holder = holderOf(file);
        return holder === undefined || holder === process.pid || !isRunning(holder);
      });
      if (free >= 0) writeFileSync(files[free] ?? '', String(process.pid));
      return free;
    });
    if (lane >= 0) return lane;
    pause(until);
  }
}
