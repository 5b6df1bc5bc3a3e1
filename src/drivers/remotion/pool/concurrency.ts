import { availableParallelism, totalmem } from 'node:os';

const GIGABYTE = 1024 ** 3;

/** Browser tabs that render at once: as many as cores (Remotion refuses more), and 2 for each 4 GB of memory, which is what they need. */
export function defaultConcurrency(
  cores = availableParallelism(),
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / (2 * GIGABYTE))));
}
