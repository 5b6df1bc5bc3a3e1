import { createFileLock } from './file-lock.ts';
import { createSocketLock } from './socket-lock.ts';
import type { CardLock } from './card-lock.ts';

const unlocked: CardLock = {
  take: () => Promise.resolve({ beat: () => Promise.resolve(), release: () => Promise.resolve() }),
  readHolder: () => Promise.resolve(undefined),
  holderAnswers: () => Promise.resolve(true),
};

/**
 * The kernel lock of a card.
 * @param lockFile for containers that share a card. The name of a socket is visible only in one network namespace, a
 * file wherever it is mounted.
 */
export function createCardLock(gpuId: string, lockFile: string | undefined): CardLock {
  if (lockFile !== undefined) return createFileLock(lockFile);
  // Other systems are used only for development, where nothing shares the card.
  return process.platform === 'linux' ? createSocketLock(gpuId) : unlocked;
}
