const TURN_MS = 20;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Collects all that a generator makes, in turns of about 20 ms. */
export async function collectInTurns<T>(all: Iterable<T>): Promise<T[]> {
  const collected: T[] = [];
  let began = performance.now();
  for (const one of all) {
    collected.push(one);
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
  return collected;
}
