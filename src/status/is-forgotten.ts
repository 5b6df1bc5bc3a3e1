import type { DescribedTask } from './describe-task.ts';
import { isFinal, type StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/** Whether a task is known to have ended before a moment. */
export const endedBefore = (
  { status, finishedAt }: Pick<StatusRecord, 'status' | 'finishedAt'>,
  before: Date,
): boolean => isFinal(status) && finishedAt !== null && Date.parse(finishedAt) < before.getTime();

/**
 * Whether the status of a task is no longer available: the task ended before a moment, or neither Temporal nor Redis
 * knows it. A task that only Redis knows may return with Temporal's database, unless its record says that it ended.
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
