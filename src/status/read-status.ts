import { AppError, messageOf } from '../errors.ts';
import type { DescribedTask } from '../temporal/describe-task.ts';
import type { StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/** A described task as a whole record: what Temporal alone cannot tell stays empty. */
export const wholeRecord = ({ record }: DescribedTask): StatusRecord => ({
  template: null,
  queuedAt: null,
  result: null,
  startedAt: null,
  finishedAt: null,
  progress: 0,
  phase: record.status,
  attempts: 0,
  waiting: null,
  ...record,
});

/**
 * Reads a task's status: from the projection, and where that has nothing or is away, from Temporal, which repairs it.
 * @returns null when no task has this id.
 * @throws {AppError} `status_unavailable` when neither answers.
 */
export function createReadStatus(deps: {
  store: Pick<StatusStore, 'read' | 'write'>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
}): (taskId: string) => Promise<StatusRecord | null> {
  return async (taskId) => {
    const stored = await deps.store.read(taskId).catch(() => null);
    if (stored !== null) return stored;
    const task = await deps.describe(taskId).catch((error: unknown) => {
      throw new AppError('status_unavailable', messageOf(error), { cause: error });
    });
    if (task === null) return null;
    void deps.store.write(taskId, task.version, wholeRecord(task)).catch(() => undefined);
    return wholeRecord(task);
  };
}
