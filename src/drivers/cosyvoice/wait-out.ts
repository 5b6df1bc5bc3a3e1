/** Milliseconds. */
const WINDOW = 500;
/**
 * Bytes in a window. A speaking server is silent for seconds or sends a whole piece of sound; a slower trickle is a bad
 * connection.
 */
const LEAST = 1024;
const MOST_SLOW = 3;

export interface WaitOut {
  moved(bytes: number): void;
  done(): void;
}

/**
 * After a cancel: calls `drop` if the answer does not end within `limit` milliseconds, or earlier if it only trickles.
 */
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
