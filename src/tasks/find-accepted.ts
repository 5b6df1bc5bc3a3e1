import { AppError } from '../errors.ts';
import type { StatusStore } from '../status/status-store.ts';
import { busyWords, isServerAway, type Temporal } from '../temporal/connection.ts';
import { describeRun } from '../temporal/describe-run.ts';
import type { TaskMemo } from '../temporal/task-labels.ts';

const LIMIT_MS = 5000;

/**
 * The request with which the task of an id was accepted. Strongly consistent, and independent of the later fate of the
 * task.
 * @param deletedRun see `StatusStore`: Temporal forgets a deleted task some seconds later.
 * @returns null if there is no such task, or no longer.
 * @throws {AppError} `temporal_unavailable`
 */
export async function findAccepted(
  temporal: Temporal,
  taskId: string,
  deletedRun: StatusStore['deletedRun'],
): Promise<{ fingerprint: string | undefined } | null> {
  try {
    const run = await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () => describeRun(temporal, taskId));
    if (run === null) return null;
    const deleted = run.status.name === 'RUNNING' ? null : await deletedRun(taskId).catch(() => null);
    if (deleted !== null && run.startTime.getTime() <= deleted) return null;
    return { fingerprint: (run.memo as TaskMemo | undefined)?.fingerprint };
  } catch (error) {
    const busy = busyWords(error);
    if (busy === undefined && !isServerAway(error)) throw error;
    throw new AppError('temporal_unavailable', busy, { cause: error });
  }
}
