import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { programEnvironment } from '../host/child-environment.ts';
import { messageOf } from '../errors.ts';
import type { CardLock } from './card-lock.ts';

/** What flock(1) exits with when another has the lock. */
const TAKEN = 1;

/**
 * Locks an open file for this process. The lock belongs to the open file, which flock(1) shares with us for a moment: it lasts as
 * long as we keep the file open, and no child of ours inherits it.
 */
async function lockOpenFile(file: FileHandle): Promise<boolean> {
  const child = spawn('flock', ['-n', '3'], {
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'ignore', file.fd],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0 && code !== TAKEN) throw new Error(`flock ended with exit code ${code}`);
  return code === 0;
}

/**
 * A card's lock as a file that all who share the card see. Its time of change is the holder's sign of life.
 * The file stays when it is released: one that was removed and made anew would have two holders.
 */
export function createFileLock(path: string): CardLock {
  return {
    async take() {
      let file: FileHandle | undefined;
      try {
        file = await open(path, 'a');
        if (await lockOpenFile(file)) {
          const held = file;
          const beat = async (): Promise<void> => held.utimes(new Date(), new Date());
          await beat();
          return { beat, release: () => held.close() };
        }
      } catch (error) {
        await file?.close();
        const missing = (error as NodeJS.ErrnoException).syscall?.startsWith('spawn') === true;
        const remedy = missing ? 'install util-linux, which has flock' : 'its folder must exist and be writable';
        throw new Error(`GPU_LOCK_FILE=${path} cannot be locked: ${messageOf(error)}; ${remedy}`, { cause: error });
      }
      await file.close();
      return undefined;
    },
    async holderAnswers(limitMs) {
      const { mtimeMs } = await stat(path);
      return Date.now() - mtimeMs < 3 * limitMs;
    },
  };
}
