import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { identify, isAlive, type ProcessIdentity } from '../host/process-identity.ts';

/** A worker process, so described that no other one can be taken for it. */
export interface Holder extends ProcessIdentity {
  host: string;
  /** The same for all containers of a machine, another one after it was started anew. */
  machine: string;
  /** Within it a pid means this process. */
  pidNamespace: string;
  /** Its process group; its own pid when it leads one. */
  group: number;
  instance: string;
  /** When it took the card, ISO 8601. */
  since: string;
  /** Grows with every holder of the card. */
  counter: number;
}

/** A holder that has not got the card yet. */
export type Claimant = Omit<Holder, 'since' | 'counter'>;

/** The fifth field of /proc/<pid>/stat, counted from behind the name. */
const groupIn = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);

/** Describes this process. @param instance a name that no other process ever has. */
export async function describeThisProcess(instance: string): Promise<Claimant> {
  const host = hostname();
  const [self, machine, pidNamespace, stat] = await Promise.all([
    identify(process.pid),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => host),
    readlink('/proc/self/ns/pid').catch(() => host),
    readFile('/proc/self/stat', 'latin1').catch(() => ''),
  ]);
  if (self === undefined) throw new Error('This system does not say when a process began');
  return { ...self, host, machine: machine.trim(), pidNamespace, group: groupIn(stat), instance };
}

/** One that was started anew has its name still. */
export const onSameMachine = (one: Claimant, other: Claimant): boolean =>
  one.machine === other.machine || one.host === other.host;

/** Whether `other`, if it runs, is a process that `one` sees under that pid. */
const sees = (one: Claimant, other: Claimant): boolean =>
  one.machine === other.machine && one.pidNamespace === other.pidNamespace;

/** Whether it is certain that a process has ended; of one in another container or on another host nobody knows. */
export const isGone = async (me: Claimant, holder: Claimant): Promise<boolean> =>
  sees(me, holder) && !(await isAlive(holder));

/**
 * SIGKILL to a process, and to its group if it leads one. Never to a later process that has its pid, never to ourselves.
 * @returns whether there was one to kill.
 */
export async function killHolder(me: Claimant, holder: Claimant): Promise<boolean> {
  if (!sees(me, holder) || holder.pid === me.pid || !(await isAlive(holder))) return false;
  try {
    process.kill(holder.group === holder.pid ? -holder.pid : holder.pid, 'SIGKILL');
    return true;
  } catch {
    // Gone meanwhile, or another user's.
    return false;
  }
}
