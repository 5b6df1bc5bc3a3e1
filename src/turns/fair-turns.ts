import { AppError } from '../errors.ts';

/** Work that waits for its turn. */
interface Waiting {
  begin: () => void;
  refuse: (error: AppError) => void;
}

/**
 * Does the work of many clients, a few at once. Clients that have work waiting take turns, so that one with much of it
 * does not delay the others.
 * @param options.atOnce how much is done at once.
 * @param options.mostWaiting how much may wait. Beyond that, the client with the most waiting work loses its latest.
 * @returns a function that does work in the turn of its client. It throws what the work throws, and {AppError} `busy`.
 */
export function createFairTurns({
  atOnce,
  mostWaiting = Number.POSITIVE_INFINITY,
}: {
  atOnce: number;
  mostWaiting?: number;
}): <T>(client: string, work: () => Promise<T>) => Promise<T> {
  /** In the order of their turns. */
  const clients = new Map<string, Waiting[]>();
  let running = 0;
  let waiting = 0;

  function takeNext(): Waiting | undefined {
    const [first] = clients;
    if (first === undefined) return undefined;
    const [client, line] = first;
    const next = line.shift();
    clients.delete(client);
    if (line.length > 0) clients.set(client, line);
    waiting -= 1;
    return next;
  }

  /** Refuses the latest work of the client with the most, if that is more than a client with `own` would then have. */
  function makeRoom(own: number): boolean {
    let longest: Waiting[] = [];
    for (const line of clients.values()) if (line.length > longest.length) longest = line;
    if (longest.length <= own + 1) return false;
    longest.pop()?.refuse(new AppError('busy'));
    waiting -= 1;
    return true;
  }

  function wait(client: string): Promise<void> {
    const line = clients.get(client) ?? [];
    if (waiting >= mostWaiting && !makeRoom(line.length)) throw new AppError('busy');
    clients.set(client, line);
    waiting += 1;
    return new Promise((begin, refuse) => void line.push({ begin, refuse }));
  }

  return async (client, work) => {
    if (running < atOnce) running += 1;
    else await wait(client);
    try {
      return await work();
    } finally {
      const next = takeNext();
      if (next === undefined) running -= 1;
      else next.begin();
    }
  };
}
