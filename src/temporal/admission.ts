import { AppError } from '../errors.ts';
import type { Temporal } from './connection.ts';

const LIMIT_MS = 2000;

/**
 * Counts the waiting tasks of a client, or of all clients. Temporal's visibility is some hundred ms late; `latest`
 * makes the count exact.
 * @param client a name without quotes; undefined for all clients.
 * @param latest ids of recently accepted tasks; those that visibility does not show yet are counted too.
 * @throws when the server does not answer.
 */
export async function countQueued(
  temporal: Temporal,
  client: string | undefined,
  latest: readonly string[],
): Promise<number> {
  const count = async (query: string): Promise<number> =>
    (await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () => temporal.client.workflow.count(query))).count;
  // Counted first: a task that becomes visible in between is then counted twice rather than not at all.
  const seen = latest.length === 0 ? 0 : await count(`WorkflowId IN (${latest.map((id) => `"${id}"`).join(', ')})`);
  const whose = client === undefined ? '' : `Client = "${client}" AND `;
  const queued = await count(`${whose}TaskStatus = "pending" AND ExecutionStatus = "Running"`);
  return queued + Math.max(0, latest.length - seen);
}

/** The count of the server is refreshed after this time; tasks that are admitted in the meantime are added to it. */
const FRESH_MS = 1000;
/** Tasks that were accepted earlier are visible by now, or were not accepted after all. */
const SEEN_AFTER_MS = 10_000;
const MOST_CLIENTS = 1000;

/** The known count of one client. */
interface Known {
  queued: Promise<{ number: number }>;
  /** When the server answered; null until then. */
  since: number | null;
  /** The tasks that were admitted of late, with the time of each. */
  latest: Map<string, number>;
}

/**
 * Prevents one client from filling the shared queue.
 * @param most how many tasks of one client may wait; undefined for any number.
 * @param count see `countQueued`.
 * @returns a check to call before each task of a client, optionally with a limit of its own; null is a task that runs
 * again, which the server knows already. It rejects with {AppError} `too_many_queued`. If the server does not answer,
 * it admits the task.
 */
export function createClientAdmission(deps: {
  most: number | undefined;
  count: (client: string, latest: readonly string[]) => Promise<number>;
  now: () => Date;
}): (client: string, taskId: string | null, most?: number) => Promise<void> {
  const { count } = deps;
  const now = (): number => deps.now().getTime();
  const known = new Map<string, Known>();

  async function ask(client: string, entry: Known): Promise<{ number: number }> {
    const number = await count(client, [...entry.latest.keys()]).catch(() => 0);
    entry.since = now();
    return { number };
  }

  function lookUp(client: string): Known {
    const before = known.get(client);
    if (before !== undefined && (before.since === null || now() - before.since < FRESH_MS)) return before;
    if (known.size >= MOST_CLIENTS) known.clear();
    const latest = new Map([...(before?.latest ?? [])].filter(([, at]) => now() - at < SEEN_AFTER_MS));
    const entry: Known = { since: null, latest, queued: Promise.resolve({ number: 0 }) };
    entry.queued = ask(client, entry);
    known.set(client, entry);
    return entry;
  }

  return async (client, taskId, most = deps.most) => {
    if (most === undefined) return;
    const entry = lookUp(client);
    const queued = await entry.queued;
    // A request that is repeated asks for the same task.
    if (taskId !== null && entry.latest.has(taskId)) return;
    if (queued.number >= most)
      throw new AppError('too_many_queued', `${queued.number} of ${most} (client "${client}")`);
    queued.number += 1;
    if (taskId !== null) entry.latest.set(taskId, now());
  };
}

/** All tasks are counted under this name. */
const ALL = '';

/**
 * Prevents all clients together from queueing more tasks than the server can store. Recently accepted tasks are added
 * to the last count.
 * @returns a check like that of `createClientAdmission`, with {AppError} `queue_full`.
 */
export function createTotalAdmission(deps: {
  most: number;
  count: () => Promise<number>;
  now: () => Date;
}): (taskId: string) => Promise<void> {
  const admit = createClientAdmission({ ...deps, count: () => deps.count() });
  return (taskId) =>
    admit(ALL, taskId).catch((error: unknown) => {
      const isFull = error instanceof AppError && error.code === 'too_many_queued';
      throw isFull ? new AppError('queue_full', `${deps.most} tasks wait`) : error;
    });
}
