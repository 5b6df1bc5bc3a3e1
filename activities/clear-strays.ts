import { ENGINES } from '../src/contracts/engines.ts';
import { SERVER_ENGINES, type ServerEngine, type TaskType } from '../src/contracts/names.ts';
import { messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import type { AttemptWork } from './gpu-attempt.ts';

export interface SweepControl {
  signal: AbortSignal;
  onPhase: (phase: string) => void;
}

/**
 * Runs the work of an engine after leftover work on the other engines is cancelled. An engine cancels its own strays
 * itself.
 */
export type ClearStrays = <R>(type: TaskType, attempt: AttemptWork, work: () => Promise<R>) => Promise<R>;

/**
 * Cancels leftover work on other engines before an engine starts: some servers continue their work after the death of
 * its worker. It checks only when work can be left: when this worker is new to the card, and after an attempt that
 * failed.
 */
export function createClearStrays(
  engines: Readonly<Record<ServerEngine, { sweepStrays?: (control: SweepControl) => Promise<void> }>>,
  logger: Logger,
): ClearStrays {
  const clear = new Set<TaskType>(SERVER_ENGINES.filter((engine) => engines[engine].sweepStrays === undefined));
  const canBeLeft = new Set<TaskType>(SERVER_ENGINES.filter((engine) => !clear.has(engine)));

  async function clearOther(engine: ServerEngine, { signals, reporter }: AttemptWork): Promise<void> {
    const signal = AbortSignal.any([signals.cancel, signals.leave]);
    try {
      await engines[engine].sweepStrays?.({ signal, onPhase: (phase) => reporter.phase(phase) });
      clear.add(engine);
    } catch (error) {
      signal.throwIfAborted();
      // A failure of one engine must not fail a task of another.
      logger.warn(`${ENGINES[engine].label} could not be checked for work of earlier tasks: ${messageOf(error)}`);
    }
  }

  return async (type, attempt, work) => {
    for (const engine of SERVER_ENGINES) if (engine !== type && !clear.has(engine)) await clearOther(engine, attempt);
    if (!canBeLeft.has(type)) return work();
    clear.delete(type);
    const result = await work();
    clear.add(type);
    return result;
  };
}
