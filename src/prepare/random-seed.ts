import { randomInt } from 'node:crypto';

/** Below 2^48: as large as `randomInt` goes, and exact in every program on the way. */
export const randomSeed = (): number => randomInt(2 ** 48 - 1);
