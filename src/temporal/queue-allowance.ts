import { AppError } from '../errors.ts';
import type { Temporal } from './connection.ts';

const LIMIT_MS = 2000;

/** How many tasks of a client wait, as Temporal's visibility has it: some hundred ms old. Names of clients have no quotes. */
export async function countQueued(temporal: Temporal, client: string): Promise<number> {
  const query = `Client = "${client}" AND TaskStatus = "pending" AND ExecutionStatus = "Running"`;
  const { count } = await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () =>
    temporal.client.workflow.count(query),
  );
  return count;
}

/** A count is asked for again after so long; what is admitted meanwhile is added to it. */
const FRESH_MS = 1000;
const MOST_CLIENTS = 1000;

/**
 * Keeps one client from filling the queue that all share.
 * @param most how many tasks of one client may wait; undefined for any number.
 * @returns a check before each task of a client. Lets it pass when nobody can count. Its promise rejects with {AppError} `too_many_queued`.
 */
export function createQueueAllowance(deps: {
  most: number | undefined;
  count: (client: string) => Promise<number>;
  now: () => Date;
}): (client: string) => Promise<void> {
  const { most, count, now } = deps;
  const known = new Map<string, { since: number; queued: Promise<{ number: number }> }>();
  return async (client) => {
    if (most === undefined) return;
    const time = now().getTime();
    let entry = known.get(client);
    if (entry === undefined || time - entry.since >= FRESH_MS) {
      if (known.size >= MOST_CLIENTS) known.clear();
      entry = {
        since: time,
        queued: count(client).then(
          (number) => ({ number }),
          () => ({ number: 0 }),
        ),
      };
      known.set(client, entry);
    }
    const queued = await entry.queued;
    if (queued.number >= most)
      throw new AppError('too_many_queued', `${queued.number} of ${most} (client "${client}")`);
    queued.number += 1;
  };
}
