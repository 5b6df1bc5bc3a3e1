import { mkdirSync } from 'node:fs';
import type { Logger } from '../../logging.ts';
import { lockFolder } from './folder-lock.ts';
import { identify, isAlive } from '../../host/process-identity.ts';
import { readState, removeState, stopLeftovers, writeState, type StackState } from './state-file.ts';

/** This process's claim on a data folder. */
export interface FolderClaim {
  /**
   * Records a child, so that a later start can stop it if this process is killed.
   * @throws if the record cannot be written; the next one is still tried.
   */
  note(name: string, pid: number): Promise<void>;
  /** Releases the folder. All children must have ended. */
  release(): Promise<void>;
}

const runsAlready = (dataDir: string, who: string): Error =>
  new Error(
    `The middleware is already running with its data in ${dataDir}${who}. Stop that one first, or set DATA_DIR to another folder.`,
  );

/** Reads the record of an earlier process, stops the programs that it left running, and records this process. */
async function takeOver(dataDir: string, url: string, logger: Logger): Promise<StackState> {
  const earlier = await readState(dataDir);
  // The lock cannot see every process, for example one in a container that shares the folder.
  if (earlier !== undefined && (await isAlive(earlier.parent)))
    throw runsAlready(dataDir, `: ${earlier.url} (pid ${earlier.parent.pid})`);
  if (earlier !== undefined) {
    const stopped = await stopLeftovers(earlier);
    if (stopped.length > 0) logger.info(`Stopped programs that an earlier start left running: ${stopped.join(', ')}`);
  }
  const parent = await identify(process.pid);
  if (parent === undefined) throw new Error('This system does not report when a process began');
  const state: StackState = { parent, url, children: {} };
  await writeState(dataDir, state);
  return state;
}

/** The holder of the folder's lock, if it is already recorded. */
async function holderOf(dataDir: string): Promise<string> {
  const state = await readState(dataDir);
  const known = state !== undefined && (await isAlive(state.parent));
  return known ? `: ${state.url} (pid ${state.parent.pid})` : ', and is only starting';
}

/**
 * Claims a data folder for this process. If several processes try at once, one gets it. Programs that a killed process
 * left running are stopped first.
 * @throws Error naming the process that already runs there.
 */
export async function claimFolder(options: { dataDir: string; url: string; logger: Logger }): Promise<FolderClaim> {
  const { dataDir, url, logger } = options;
  mkdirSync(dataDir, { recursive: true });
  const unlock = await lockFolder(dataDir);
  if (unlock === undefined) throw runsAlready(dataDir, await holderOf(dataDir));
  const state = await takeOver(dataDir, url, logger).catch((error: unknown) => {
    unlock();
    throw error;
  });
  let writing = Promise.resolve();
  return {
    note: async (name, pid) => {
      const child = await identify(pid);
      if (child === undefined) return;
      state.children[name] = child;
      const write = (): Promise<void> => writeState(dataDir, state);
      await (writing = writing.then(write, write));
    },
    release: async () => {
      await writing.catch(() => undefined);
      await removeState(dataDir).finally(unlock);
    },
  };
}
