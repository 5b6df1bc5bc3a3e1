/** Lets one piece of work through at a time. Whatever fails stands in nobody's way. */
export type FairMutex = <T>(line: string, work: () => Promise<T>) => Promise<T>;

interface Waiting {
  line: string;
  open: () => void;
}

/** Of all that waits, the first one of the shortest line; of equal lines, of the one that came first. */
function ofShortestLine(waiting: readonly Waiting[]): Waiting | undefined {
  const lengths = new Map<string, number>();
  for (const { line } of waiting) lengths.set(line, (lengths.get(line) ?? 0) + 1);
  const shortest = Math.min(...lengths.values());
  return waiting.find(({ line }) => lengths.get(line) === shortest);
}

/**
 * A turnstile before which work waits in lines of its own kind.
 * @param order whether who came first is next, or who stands in the shortest line: what is few need not wait for what is many.
 */
export function createFairMutex(order: 'first come' | 'shortest line'): FairMutex {
  const waiting: Waiting[] = [];
  let isTaken = false;
  const openNext = (): void => {
    const chosen = order === 'first come' ? waiting[0] : ofShortestLine(waiting);
    isTaken = chosen !== undefined;
    if (chosen === undefined) return;
    waiting.splice(waiting.indexOf(chosen), 1);
    chosen.open();
  };
  return (line, work) => {
    const turn = isTaken ? new Promise<void>((open) => void waiting.push({ line, open })) : Promise.resolve();
    isTaken = true;
    const mine = turn.then(work);
    // Recorded histories know that whoever is done goes on before the next one begins.
    void mine.then(openNext, openNext);
    return mine;
  };
}
