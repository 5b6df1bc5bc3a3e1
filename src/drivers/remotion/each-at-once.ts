/**
 * Works on items in order, several at the same time. If one fails, the others are aborted; they have stopped when this
 * rejects.
 * @throws the signal's reason if it was aborted; otherwise the first error of `work`.
 */
export async function eachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const until = AbortSignal.any([signal, ending.signal]);
  const waiting = items.values();
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const item of waiting) {
      until.throwIfAborted();
      await work(item, until);
    }
  });
  await Promise.all(workers).catch(async (error: unknown) => {
    ending.abort(error);
    await Promise.allSettled(workers);
    throw signal.aborted ? signal.reason : error;
  });
}
