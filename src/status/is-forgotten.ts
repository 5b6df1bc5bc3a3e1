import type { DescribedTask } from './describe-task.ts';
import { isFinal, type StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/** Whether a task ended before a moment. One that waits, runs, or has no end that is known did not. */
export const endedBefore = (
  { status, finishedAt }: Pick<StatusRecord, 'status' | 'finishedAt'>,
  before: Date,
): boolean => isFinal(status) && finishedAt !== null && Date.parse(finishedAt) < before.getTime();

/**
 * Tells whether nobody can want anything of a task any more: it ended before a moment, or neither Temporal nor Redis knows it. What Redis
 * alone knows may come back with the database of Temporal until its record says otherwise.
 */
export function createIsForgotten(deps: {
  describe: (taskId: string) => Promise<DescribedTask | null>;
  store: Pick<StatusStore, 'read'>;
}): (taskId: string, before: Date) => Promise<boolean> {
  return async (taskId, before) => {
    const task = await deps.describe(taskId);
    if (task !== null) return endedBefore({ finishedAt: null, ...task.record }, before);
    const record = await deps.store.read(taskId);
    return record === null || endedBefore(record, before);
  };
}
