import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable that every process of a render inherits; its value is a folder of its worker's pool. */
export const RENDER_MARK = 'GPU_MIDDLEWARE_RENDER';

/** Process ids, other than ours, whose environment carries a mark. None where there is no /proc. */
export function processesOf(mark: string): number[] {
  const entry = Buffer.from(`${RENDER_MARK}=${mark}`).toString('latin1');
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
        // Gone meanwhile, or another user's.
        return false;
      }
    });
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
};

/**
 * Kills the process group of a render's child, if given, and every process with its mark. The browser needs the latter:
 * Remotion starts it in a session of its own. Also finds what an earlier worker left, even when it is stopped.
 */
export function killRender(mark: string, child?: number): void {
  // A process may fork between the look and the kill, so look again.
  for (let round = 0; round < 5; round++) {
    const found = processesOf(mark);
    // The browser leads a group of its own, and its helpers do not show their environment. Its group goes first: with the child dead,
    // the kernel kills the browser too, and then nothing tells which group its helpers, which write their last words, belong to.
    for (const pid of found.filter((one) => one !== child)) [-pid, pid].forEach(kill);
    if (round === 0 && child !== undefined) [-child, child].forEach(kill);
    else if (found.length === 0) return;
  }
}
