/**
 * Writes one thing after the other, never two at once. Those that come while one is under way wait together, and the last of them is written
 * for all: they were asked for at the same time, and any order of them is right.
 */
export function createLatestWriter<T>(write: (wanted: T) => Promise<void>): (wanted: T) => Promise<void> {
  let waiting: { wanted: T; written: Promise<void> } | undefined;
  let before: Promise<unknown> = Promise.resolve();
  return (wanted) => {
    if (waiting !== undefined) {
      waiting.wanted = wanted;
      return waiting.written;
    }
    const mine = { wanted, written: Promise.resolve() };
    mine.written = before.then(() => {
      waiting = undefined;
      return write(mine.wanted);
    });
    waiting = mine;
    before = mine.written.catch(() => undefined);
    return mine.written;
  };
}
