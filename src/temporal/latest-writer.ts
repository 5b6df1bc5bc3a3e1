/**
 * Creates a function that writes values one at a time. Of the values that arrive during a write, only the last is
 * written: they are concurrent, so any order of them is valid.
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
