import { readFile } from 'node:fs/promises';
import { runCommand } from './command.ts';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** When it began, as the system writes it. */
  started: string;
}

/** The 22nd field of /proc/<pid>/stat; the second one, the name, may hold spaces and brackets. */
export const parseStartTicks = (stat: string): string | undefined =>
  stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];

/** A dead process that its parent has not waited for still has a pid, but runs no more. */
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

/** The identity of a running process; undefined when there is none. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const started = await startedAt(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export const isAlive = async ({ pid, started }: ProcessIdentity): Promise<boolean> =>
  (await startedAt(pid)) === started;

/** Signals a process and all of its group; nothing happens when they have gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  // 0 and 1 would name our own group and every process there is.
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
