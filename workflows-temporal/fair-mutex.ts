/** Runs one piece of work at a time. Work that fails does not block the rest. */
export type FairMutex = <T>(group: string, work: () => Promise<T>) => Promise<T>;

interface Waiting {
  group: string;
  start: () => void;
}

/** The first work of the group with the least waiting work; among equal groups, the work that came first. */
function firstOfSmallestGroup(waiting: readonly Waiting[]): Waiting | undefined {
  const lengths = new Map<string, number>();
  for (const { group } of waiting) lengths.set(group, (lengths.get(group) ?? 0) + 1);
  const shortest = Math.min(...lengths.values());
  return waiting.find(({ group }) => lengths.get(group) === shortest);
}

/**
 * Creates a mutex that is fair to groups of work.
 * @param order whether the next work is the one that came first, or one of the smallest group, so that small groups do
 * not wait for large ones.
 */
export function createFairMutex(order: 'first come' | 'smallest group'): FairMutex {
  const waiting: Waiting[] = [];
  let isTaken = false;
  const startNext = (): void => {
    const chosen = order === 'first come' ? waiting[0] : firstOfSmallestGroup(waiting);
    isTaken = chosen !== undefined;
    if (chosen === undefined) return;
    waiting.splice(waiting.indexOf(chosen), 1);
    chosen.start();
  };
  return (group, work) => {
    const turn = isTaken ? new Promise<void>((start) => void waiting.push({ group, start })) : Promise.resolve();
    isTaken = true;
    const mine = turn.then(work);
    // In recorded histories, finished work continues before the next work starts.
    void mine.then(startNext, startNext);
    return mine;
  };
}
