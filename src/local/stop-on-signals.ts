import type { Logger } from '../logging.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Stops {
  /** Aborts at the first signal. */
  starting: AbortSignal;
  /** Resolves at the first signal. */
  requested: Promise<void>;
  /** Called at the second signal, before the process exits. */
  onSecond(kill: () => void): void;
}

/**
 * The first Ctrl-C (or SIGTERM, or a closed terminal) asks for an orderly stop, the second one ends everything at once.
 */
export function stopOnSignals(logger: Logger): Stops {
  const first = new AbortController();
  let kill: (() => void) | undefined;
  const requested = new Promise<void>((resolve) => first.signal.addEventListener('abort', () => resolve()));
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (first.signal.aborted) {
        kill?.();
        process.exit(130);
      }
      logger.info('\nStopping; press Ctrl-C again to end everything at once.');
      first.abort(new Error(`Stopped by ${signal} while starting`));
    });
  }
  return {
    starting: first.signal,
    requested,
    onSecond: (action) => {
      kill = action;
    },
  };
}
