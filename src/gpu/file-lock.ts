import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { programEnvironment } from '../host/child-environment.ts';
import { messageOf } from '../errors.ts';
import type { CardLock } from './card-lock.ts';
import { readHolderName, writeHolderName } from './holder-name.ts';

/** The exit code that flock(1) gets here when another process has the lock. */
const TAKEN = 1;

/**
 * Locks an open file for this process. The lock belongs to the open file, which flock(1) shares for a moment. It lasts
 * as long as this process keeps the file open. No child process inherits it.
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
 * The lock of a card as a file that all processes sharing the card can see. The holder updates its modification time as
 * a sign of life, and the file has its name. The file stays after a release: if it were removed and created again, two processes could hold the
 * lock.
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
          await held.truncate();
          await held.appendFile(writeHolderName());
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
    readHolder: async () => readHolderName(await readFile(path, 'utf8').catch(() => '')),
    async holderAnswers(limitMs) {
      const { mtimeMs } = await stat(path);
      return Date.now() - mtimeMs < 3 * limitMs;
    },
  };
}
