/**
 * Loads at most once in `freshMs`. Callers share a load that is running. A failed load counts too, so that callers do
 * not flood a server that is away.
 */
export function cached<T>(load: () => Promise<T>, freshMs: number, clock: () => number = Date.now) {
  let kept: { value: Promise<T>; until: number } | undefined;
  return {
    get(): Promise<T> {
      if (kept !== undefined && clock() < kept.until) return kept.value;
      const value = load();
      const mine = { value, until: Number.POSITIVE_INFINITY };
      kept = mine;
      const settled = (): void => {
        mine.until = clock() + freshMs;
      };
      value.then(settled, settled);
      return value;
    },
    /** Makes the next `get` load again. */
    forget(): void {
      kept = undefined;
    },
  };
}
