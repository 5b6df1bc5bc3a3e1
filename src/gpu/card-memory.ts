import { runProgram } from '../host/run-program.ts';

const LIMIT_MS = 5000;

/** Free memory of the card, in MiB; null when unknown. */
export type CardMemory = (signal: AbortSignal) => Promise<number | null>;

/**
 * Reads the free memory with `nvidia-smi`. On a machine without it, or with a card of another make, the result is null,
 * not an error.
 * @param device index or UUID, as `nvidia-smi --id` takes it.
 */
export function createCardMemory(device: string, command = 'nvidia-smi'): CardMemory {
  const args = [`--id=${device}`, '--query-gpu=memory.free', '--format=csv,noheader,nounits'];
  return async (signal) => {
    const { stdout, endedBy } = await runProgram(command, args, { signal, timeoutMs: LIMIT_MS });
    const free = endedBy === null ? Number.parseInt(stdout.toString(), 10) : Number.NaN;
    return Number.isNaN(free) ? null : free;
  };
}
