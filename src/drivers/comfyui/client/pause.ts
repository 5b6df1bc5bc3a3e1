/** A wait that can be ended early. A `notify` outside a wait ends the next wait at once. */
export interface Notifier {
  notify(): void;
  /** Ends on `notify` or after `ms`. @throws the signal's reason. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export function createNotifier(): Notifier {
  let isNotified = false;
  let wake: (() => void) | undefined;
  return {
    notify() {
      isNotified = true;
      wake?.();
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          wake = undefined;
          isNotified = false;
          if (signal?.aborted === true) reject(signal.reason as Error);
          else resolve();
        };
        const timer = setTimeout(end, ms);
        wake = end;
        signal?.addEventListener('abort', end);
        if (isNotified || signal?.aborted === true) end();
      });
    },
  };
}

/** @throws the signal's reason when it aborts first. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> => createNotifier().wait(ms, signal);
