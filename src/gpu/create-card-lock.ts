import { createFileLock } from './file-lock.ts';
import { createSocketLock } from './socket-lock.ts';
import type { CardLock } from './card-lock.ts';

const unlocked: CardLock = {
  take: () => Promise.resolve({ beat: () => Promise.resolve(), release: () => Promise.resolve() }),
  holderAnswers: () => Promise.resolve(true),
};

/**
 * The kernel lock of a card.
 * @param lockFile for containers that share a card: a socket's name is known in one network namespace only, a file wherever it is mounted.
 */
export function createCardLock(gpuId: string, lockFile: string | undefined): CardLock {
  if (lockFile !== undefined) return createFileLock(lockFile);
  // Elsewhere nobody has a card to share, only a machine to develop on.
  return process.platform === 'linux' ? createSocketLock(gpuId) : unlocked;
}
