import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programEnvironment } from '../host/child-environment.ts';

const run = promisify(execFile);
const LIMIT_MS = 5000;

/** Free memory of the card, in MiB; null when unknown. */
export type CardMemory = (signal: AbortSignal) => Promise<number | null>;

/**
 * Asks `nvidia-smi`. On a machine without it, or with another make of card, the answer is null and no error.
 * @param device index or UUID, as `nvidia-smi --id` takes it.
 */
export function createCardMemory(device: string, command = 'nvidia-smi'): CardMemory {
  const args = [`--id=${device}`, '--query-gpu=memory.free', '--format=csv,noheader,nounits'];
  return async (signal) => {
    const { stdout } = await run(command, args, { env: programEnvironment(), signal, timeout: LIMIT_MS }).catch(() => ({
      stdout: '',
    }));
    signal.throwIfAborted();
    const free = Number.parseInt(stdout, 10);
    return Number.isNaN(free) ? null : free;
  };
}
