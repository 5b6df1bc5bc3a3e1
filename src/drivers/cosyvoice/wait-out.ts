/** Milliseconds. */
const WINDOW = 500;
/** Bytes in a window. A server that speaks says nothing for seconds or sends a piece of sound at once; what comes slower is a line that trickles. */
const LEAST = 1024;
const MOST_SLOW = 3;

export interface WaitOut {
  moved(bytes: number): void;
  done(): void;
}

/** After a cancel: calls `drop` when the answer does not end within `limit` milliseconds, or before when it only trickles. */
export function waitOut(limit: number, drop: () => void): WaitOut {
  let bytes = 0;
  let slow = 0;
  const timer = setTimeout(drop, limit);
  const watch = setInterval(() => {
    slow = bytes > 0 && bytes < LEAST ? slow + 1 : 0;
    bytes = 0;
    if (slow === MOST_SLOW) drop();
  }, WINDOW);
  return {
    moved: (more) => void (bytes += more),
    done() {
      clearTimeout(timer);
      clearInterval(watch);
    },
  };
}
