import { createHash } from 'node:crypto';
import type { Made } from '../nodes/node-class.ts';

/** One number out of prompt, seed and place in the batch. */
export const seedOf = ({ text = '', seed = 0 }: Made, index: number): number =>
  createHash('sha256').update(`${text}\n${seed}\n${index}`).digest().readUInt32BE(0);
