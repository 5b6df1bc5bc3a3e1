import { AppError, messageOf } from '../errors.ts';
import type { DescribedTask } from './describe-task.ts';
import { LOST_PHASE } from './queue-keys.ts';
import type { StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/** Completes the record of a described task: fields that Temporal does not know are empty. */
export const wholeRecord = ({ record }: DescribedTask): StatusRecord => ({
  template: null,
  client: null,
  tags: [],
  metadata: null,
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
 * Reads a task's status from the projection. If the projection has no record, is away or refuses writes, the status is
 * read from Temporal, and the projection is repaired.
 * @returns null when no task has this id.
 * @throws {AppError} `status_unavailable` when neither answers.
 */
export function createReadStatus(deps: {
  store: Pick<StatusStore, 'read' | 'write' | 'deletedRun'>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
  /** Why the projection refuses writes and is therefore out of date; null while it accepts them. Never rejects. */
  redisWriteRefusal?: () => Promise<string | null>;
}): (taskId: string) => Promise<StatusRecord | null> {
  return async (taskId) => {
    const stored = await deps.store.read(taskId).catch(() => null);
    const outdated = stored !== null && (stored.phase === LOST_PHASE || (await deps.redisWriteRefusal?.()) != null);
    if (stored !== null && !outdated) return stored;
    const task = await deps.describe(taskId).catch((error: unknown) => {
      if (stored !== null) return null;
      throw new AppError('status_unavailable', messageOf(error), { cause: error });
    });
    // The queue from which its place was read is out of date too.
    if (task === null) return stored && { ...stored, position: undefined };
    const deleted = stored === null ? await deps.store.deletedRun(taskId).catch(() => null) : null;
    if (deleted !== null && task.version.runStartedAt <= deleted) return null;
    void deps.store.write(taskId, task.version, wholeRecord(task)).catch(() => undefined);
    return wholeRecord(task);
  };
}
