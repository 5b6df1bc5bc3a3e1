import type { Logger } from '../logging.ts';
import { identify, isAlive } from './process-identity.ts';
import { readState, removeState, stopLeftovers, writeState, type StackState } from './state-file.ts';

/** Our hold on a data folder. */
export interface FolderClaim {
  /** Writes down a child, so that a later start can stop it should we be killed. */
  note(name: string, pid: number): Promise<void>;
  /** Gives the folder free; our children must have ended. */
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process. What an earlier process left running when it was killed is stopped first.
 * @throws Error naming the one that runs there already.
 */
export async function claimFolder(options: { dataDir: string; url: string; logger: Logger }): Promise<FolderClaim> {
  const { dataDir, url, logger } = options;
  const earlier = await readState(dataDir);
  if (earlier !== undefined && (await isAlive(earlier.parent)))
    throw new Error(
      `The middleware runs already, with its data in ${dataDir}: ${earlier.url} (pid ${earlier.parent.pid}). Stop that one first, or set DATA_DIR to another folder.`,
    );
  if (earlier !== undefined) {
    const stopped = await stopLeftovers(earlier);
    if (stopped.length > 0) logger.info(`Stopped what an earlier start had left running: ${stopped.join(', ')}`);
  }
  const parent = await identify(process.pid);
  if (parent === undefined) throw new Error('This system does not say when a process began');
  const state: StackState = { parent, url, children: {} };
  let writing = writeState(dataDir, state);
  await writing;
  const write = (): Promise<void> => (writing = writing.then(() => writeState(dataDir, state)));
  return {
    note: async (name, pid) => {
      const child = await identify(pid);
      if (child === undefined) return;
      state.children[name] = child;
      await write();
    },
    release: async () => {
      await writing;
      await removeState(dataDir);
    },
  };
}
