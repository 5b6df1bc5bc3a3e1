import type { StatusQuery } from '../../contracts/status-query.ts';
import type { TaskStatus } from '../../contracts/names.ts';
import { isFinal, type StatusRecord } from '../../status/record.ts';
import type { StatusChanges } from '../../status/status-changes.ts';

export interface WaitForStatusDeps {
  /** A task's record; null if no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  changes: Pick<StatusChanges, 'watch'>;
}

function isReached(status: TaskStatus, first: TaskStatus, until: StatusQuery['until']): boolean {
  if (isFinal(status)) return true;
  if (until === undefined) return status !== first;
  return until === 'processing' && status !== 'pending';
}

/**
 * Reads the status of a task; with `wait`, after it has changed or the seconds have passed.
 * @returns null if no task has this id. @throws {AppError} `status_unavailable`
 */
export async function waitForStatus(
  { readStatus, changes }: WaitForStatusDeps,
  taskId: string,
  { wait, until, closed }: StatusQuery & { closed?: AbortSignal | undefined },
): Promise<StatusRecord | null> {
  const watch = wait === 0 ? null : changes.watch(taskId, closed);
  if (watch === null) return readStatus(taskId);
  const end = performance.now() + wait * 1000;
  try {
    let record = await readStatus(taskId);
    const first = record?.status;
    for (;;) {
      const left = end - performance.now();
      const goesOn = first !== undefined && record !== null && !isReached(record.status, first, until);
      if (!goesOn || left <= 0 || watch.isOver()) return record;
      await watch.next(left);
      record = await readStatus(taskId);
    }
  } finally {
    watch.stop();
  }
}
