import { readdirSync, readFileSync } from 'node:fs';

/**
 * Environment variable that a program of ours and all its children inherit. Its value is a folder of the worker that started it, so
 * that the next worker can end what a dead one left.
 */
export const PROCESS_MARK = 'GPU_MIDDLEWARE_RENDER';

/** Ids of processes, other than this one, whose environment carries a mark. None where there is no /proc. */
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
        // It has ended, or is another user's.
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
 * Kills every process with a mark, stopped ones too, and the process group of `leader`. A browser needs the mark: Remotion starts it in
 * a session of its own.
 */
export function killMarked(mark: string, leader?: number): void {
  // A process may fork between the look and the kill, so look again.
  for (let round = 0; round < 5; round++) {
    const found = processesOf(mark);
    // The browser leads a group of its own, and its helpers hide their environment. Kill that group first: once the leader is dead, the
    // kernel kills the browser too, and nothing shows any more which group its helpers, which still write files, belong to.
    for (const pid of found.filter((one) => one !== leader)) [-pid, pid].forEach(kill);
    if (round === 0 && leader !== undefined) [-leader, leader].forEach(kill);
    else if (found.length === 0) return;
  }
}
