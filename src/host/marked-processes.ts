import { readdirSync, readFileSync } from 'node:fs';

/**
 * Environment variable that our programs and all their children inherit. Its value is a folder of the worker that
 * started the program, so that the next worker can kill what a dead worker left running.
 */
export const PROCESS_MARK = 'GPU_MIDDLEWARE_RENDER';

/** Ids of processes, other than this one, whose environment has a mark. Empty without /proc. */
export function processesOf(mark: string): number[] {
  const entry = Buffer.from(`${PROCESS_MARK}=${mark}`).toString('latin1');
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(entry);
      } catch {
        // It has ended, or belongs to another user.
        return false;
      }
    });
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
};

/**
 * Kills every process with a mark, including stopped ones, and the process group of `leader`. The mark is needed for
 * browsers, because Remotion starts them in their own session.
 */
export function killMarked(mark: string, leader?: number): void {
  // A process may fork between the search and the kill, so search again.
  for (let round = 0; round < 5; round++) {
    const found = processesOf(mark);
    // The browser leads its own group, and its helpers hide their environment. Kill that group first: when the leader
    // dies, the kernel kills the browser too, and then nothing shows the group of its helpers, which still write files.
    for (const pid of found.filter((one) => one !== leader)) [-pid, pid].forEach(kill);
    if (round === 0 && leader !== undefined) [-leader, leader].forEach(kill);
    else if (found.length === 0) return;
  }
}
