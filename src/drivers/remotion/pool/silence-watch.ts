/**
 * If this process itself was stopped for a while, messages of the child are waiting. This time allows it to read them
 * first.
 */
const GRACE_MS = 1000;

export interface SilenceWatch {
  alive(): void;
  stop(): void;
}

/** Calls `onSilence` once if `alive` was not called for that long. The watch begins with the first call. */
export function createSilenceWatch(milliseconds: number, onSilence: () => void): SilenceWatch {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    alive() {
      stop();
      timer = setTimeout(() => (timer = setTimeout(onSilence, GRACE_MS)), milliseconds);
    },
    stop,
  };
}
