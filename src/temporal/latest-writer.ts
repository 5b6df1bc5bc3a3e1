/**
 * Makes a function that writes values one after another, never two at once. Values that come during a write wait together, and only the
 * last of them is written: they came at the same time, so that any order of them is right.
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
