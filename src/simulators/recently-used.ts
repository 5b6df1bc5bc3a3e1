/** Remembers what was made for the `most` keys that were used last. */
export function createRecentlyUsed<Value>(most: number): (key: string, make: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, make) => {
    const value = known.has(key) ? (known.get(key) as Value) : make();
    known.delete(key);
    known.set(key, value);
    const oldest = known.keys().next().value;
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return value;
  };
}
