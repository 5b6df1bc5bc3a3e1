import { createHash, randomInt } from 'node:crypto';

/** Below 2^48: as large as `randomInt` goes, and exact in every program on the way. */
export const randomSeed = (): number => randomInt(2 ** 48 - 1);

/** The seed of a task that may be prepared again: the same each time, so that finished work still counts. */
export const derivedSeed = (taskId: string): number =>
  Number.parseInt(createHash('sha256').update(taskId).digest('hex').slice(0, 12), 16);
