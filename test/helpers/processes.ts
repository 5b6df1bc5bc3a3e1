import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface Process {
  pid: number;
  parent: number;
  state: string;
}

function all(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The name in brackets may hold anything, so read from behind it.
      const [state = '', parent = ''] = readFileSync(`/proc/${name}/stat`, 'latin1')
        .replace(/^.*\) /, '')
        .split(' ');
      return [{ pid: Number(name), parent: Number(parent), state }];
    } catch {
      return [];
    }
  });
}

/** A process and all that it started, and they started. */
export function familyOf(pid: number): number[] {
  const processes = all();
  const family = [pid];
  for (const member of family)
    family.push(...processes.filter(({ parent }) => parent === member).map((child) => child.pid));
  return family;
}

/** Those of the processes that still run; what has ended and only waits to be counted does not. */
export const running = (pids: readonly number[]): number[] =>
  all()
    .filter(({ pid, state }) => pids.includes(pid) && state !== 'Z')
    .map(({ pid }) => pid);

const LIMIT_MS = 60_000;

/**
 * Resolves when none of the processes runs any more; gives up and throws after a time that no kill takes, however busy
 * the machine.
 */
export async function untilGone(pids: readonly number[]): Promise<void> {
  const started = Date.now();
  while (running(pids).length > 0) {
    if (Date.now() - started > LIMIT_MS) throw new Error(`still running: ${running(pids).join(', ')}`);
    await sleep(20);
  }
}
