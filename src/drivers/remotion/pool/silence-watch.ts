/** When this process itself was stopped for a while, the child's messages are waiting: they are read before it is judged. */
const GRACE_MS = 1000;

export interface SilenceWatch {
  alive(): void;
  stop(): void;
}

/** Calls `onSilence` once, unless it is told of life often enough. Begins with the first sign of life. */
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
