/**
 * Keeps values that never change, so that each is loaded once. Only the latest loads are kept, and none that failed.
 */
export function createPromiseCache(most: number) {
  const kept = new Map<string, Promise<unknown>>();
  return <T>(key: string, load: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known !== undefined) return known as Promise<T>;
    const value = load();
    kept.set(key, value);
    value.catch(() => kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return value;
  };
}
export type PromiseCache = ReturnType<typeof createPromiseCache>;
