import type { StatusQuery } from '../../contracts/status-query.ts';
import type { TaskStatus } from '../../contracts/names.ts';
import { taskIdsOf } from '../../status/compose-pipeline.ts';
import { isFinal, type StatusRecord } from '../../status/record.ts';
import type { StatusChanges } from '../../status/status-changes.ts';

export interface WaitForStatusDeps {
  /** A task's record; null if no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  changes: Pick<StatusChanges, 'watch'>;
  /** Adds the statuses of its tasks to the record of a pipeline. Never rejects. */
  readPipeline: (pipelineId: string, record: StatusRecord) => Promise<StatusRecord>;
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
  { readStatus, readPipeline, changes }: WaitForStatusDeps,
  taskId: string,
  { wait, until, closed, client }: StatusQuery & { closed?: AbortSignal | undefined; client?: string },
): Promise<StatusRecord | null> {
  const watch = wait === 0 ? null : changes.watch(taskId, closed, client);
  if (watch === null) return readStatus(taskId);
  const end = performance.now() + wait * 1000;
  let first: TaskStatus | undefined;
  try {
    for (;;) {
      const record = await readStatus(taskId);
      const { plan } = record ?? {};
      if (plan !== undefined) watch.also(plan.flatMap((step) => taskIdsOf(taskId, step)));
      // A pipeline has begun when one of its steps has.
      const status =
        record === null || plan === undefined ? record?.status : (await readPipeline(taskId, record)).status;
      first ??= status;
      const left = end - performance.now();
      const goesOn = first !== undefined && status !== undefined && !isReached(status, first, until);
      if (!goesOn || left <= 0 || watch.isOver()) return record;
      await watch.next(left);
    }
  } finally {
    watch.stop();
  }
}
