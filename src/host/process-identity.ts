import { readFile } from 'node:fs/promises';
import { runCommand } from './command.ts';

/** A process, distinguishable from a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Its start time in the system's format. */
  started: string;
}

/** The 22nd field of /proc/<pid>/stat. The second field, the name, may contain spaces and brackets. */
export const parseStartTicks = (stat: string): string | undefined =>
  stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];

/** Whether a process is dead but still has a pid, because its parent has not waited for it. */
export const isZombie = (stat: string): boolean => stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');

async function startedAt(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const output = await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => '');
    return output.trim() === '' ? undefined : output.trim();
  }
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    const ticks = parseStartTicks(stat);
    return ticks === undefined || isZombie(stat) ? undefined : `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

/** The identity of a running process; undefined if it does not run. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = await startedAt(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether exactly this process is still running. */
export const isAlive = async ({ pid, started }: ProcessIdentity): Promise<boolean> =>
  (await startedAt(pid)) === started;

/** Signals a process and its whole group. Does nothing if they have ended. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  // 0 and 1 would mean our own group and every process.
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
