import { createFileLock } from './file-lock.ts';
import { createSocketLock } from './socket-lock.ts';

/** Our hold on a card, as its kernel sees it: it ends with this process, and lasts while this process is merely stopped. */
export interface HeldLock {
  /** Shows to those who wait that this process is not merely there, but works. */
  beat(): Promise<void>;
  release(): Promise<void>;
}

/** What keeps every other process of one machine off a card. */
export interface CardLock {
  /** @returns undefined when another process has it. */
  take(): Promise<HeldLock | undefined>;
  /** Whether the process that has it shows signs of life; asks for `limitMs` at the most. */
  holderAnswers(limitMs: number): Promise<boolean>;
}

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
