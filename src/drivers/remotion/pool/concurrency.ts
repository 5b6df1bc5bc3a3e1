import { availableParallelism, totalmem } from 'node:os';

const GIGABYTE = 1024 ** 3;

/**
 * The number of browser tabs that render at the same time: at most one for each core (Remotion refuses more), and at
 * most 2 for each 4 GB of memory, which they need.
 */
export function defaultConcurrency(
  cores = availableParallelism(),
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / (2 * GIGABYTE))));
}
