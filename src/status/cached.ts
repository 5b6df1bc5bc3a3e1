/**
 * Loads at most once in `freshMs`, however many ask; they share a load that is under way. A failed load counts too, so that a server
 * which is away is not asked by everyone.
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
    /** The next `get` loads anew. */
    forget(): void {
      kept = undefined;
    },
  };
}
