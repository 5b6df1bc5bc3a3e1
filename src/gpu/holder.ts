import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { identify, isAlive, type ProcessIdentity } from '../host/process-identity.ts';

/** A worker process, with enough facts to tell it apart from every other process. */
export interface Holder extends ProcessIdentity {
  host: string;
  /** The same for all containers of a machine. It changes with each boot. */
  machine: string;
  /** The namespace in which `pid` means this process. */
  pidNamespace: string;
  /** Its process group; equal to its pid if it leads the group. */
  group: number;
  instance: string;
  /** When it took the card, ISO 8601. */
  since: string;
  /** Increases with every holder of the card. */
  counter: number;
}

/** A process that does not have the card yet. */
export type Claimant = Omit<Holder, 'since' | 'counter'>;

/** The process group: the fifth field of /proc/<pid>/stat. The second field is the name, which may contain spaces. */
const groupIn = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);

/** Describes this process. @param instance a unique name. */
export async function describeThisProcess(instance: string): Promise<Claimant> {
  const host = hostname();
  const [self, machine, pidNamespace, stat] = await Promise.all([
    identify(process.pid),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => host),
    readlink('/proc/self/ns/pid').catch(() => host),
    readFile('/proc/self/stat', 'latin1').catch(() => ''),
  ]);
  if (self === undefined) throw new Error('This system does not report when a process began');
  return { ...self, host, machine: machine.trim(), pidNamespace, group: groupIn(stat), instance };
}

/** Compares boots, because a machine keeps its name after a reboot. */
export const onSameMachine = (one: Claimant, other: Claimant): boolean =>
  one.machine === other.machine || one.host === other.host;

/** Whether `one` can see the process `other` under its pid. */
const sees = (one: Claimant, other: Claimant): boolean =>
  one.machine === other.machine && one.pidNamespace === other.pidNamespace;

/**
 * Whether a process has certainly ended. For processes in other containers or on other hosts this is unknown, so the
 * result is false.
 */
export const isGone = async (me: Claimant, holder: Claimant): Promise<boolean> =>
  sees(me, holder) && !(await isAlive(holder));

/**
 * Sends SIGKILL to a process, and to its group if it leads one; never to a later process with the same pid, nor to this
 * one.
 * @returns whether a process was killed.
 */
export async function killHolder(me: Claimant, holder: Claimant): Promise<boolean> {
  if (!sees(me, holder) || holder.pid === me.pid || !(await isAlive(holder))) return false;
  try {
    process.kill(holder.group === holder.pid ? -holder.pid : holder.pid, 'SIGKILL');
    return true;
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return false;
  }
}
