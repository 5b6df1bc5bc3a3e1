/** Something to wait for that can be called early. A ring while nobody waits ends the next wait at once. */
export interface Bell {
  ring(): void;
  /** Ends with the ring or after `ms`, whichever is first. @throws the signal's reason. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    wait(ms, signal) {
      return new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          wake = undefined;
          rung = false;
          if (signal?.aborted === true) reject(signal.reason as Error);
          else resolve();
        };
        const timer = setTimeout(end, ms);
        wake = end;
        signal?.addEventListener('abort', end);
        if (rung || signal?.aborted === true) end();
      });
    },
  };
}

/** @throws the signal's reason when it aborts first. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> => createBell().wait(ms, signal);
