import { AppError, messageOf } from '../errors.ts';
import type { DescribedTask } from './describe-task.ts';
import type { StatusRecord } from './record.ts';

/** Enough for all tasks that clients ask about at one time; about 2 MB. */
const MOST_KNOWN = 10_000;

/**
 * Finds the client that owns a task, from the same sources as its status. The owner of a task never changes, so those
 * that are known are kept in memory: polling does not read a status twice.
 * @returns a function that returns the client, null if the task has none, and undefined if no task has this id.
 * @throws {AppError} `status_unavailable` when neither Redis nor Temporal answers.
 */
export function createReadOwner(deps: {
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
}): (taskId: string) => Promise<string | null | undefined> {
  const known = new Map<string, string>();

  /** Records of earlier versions have no client, but Temporal knows it. */
  async function fromTemporal(taskId: string): Promise<string | null> {
    try {
      return (await deps.describe(taskId))?.record.client ?? null;
    } catch (error) {
      throw new AppError('status_unavailable', messageOf(error), { cause: error });
    }
  }

  return async (taskId) => {
    const before = known.get(taskId);
    if (before !== undefined) return before;
    const record = await deps.readStatus(taskId);
    if (record === null) return undefined;
    const client = record.client ?? (await fromTemporal(taskId));
    if (client === null) return null;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(taskId, client);
    return client;
  };
}
