import { AppError } from '../errors.ts';
import { taskIdsOf } from '../status/compose-pipeline.ts';
import type { DescribedTask } from '../status/describe-task.ts';
import { wholeRecord } from '../status/read-status.ts';
import { isFinal, type StatusRecord } from '../status/record.ts';
import type { StatusStore } from '../status/status-store.ts';
import { busyWords, isServerAway, type Temporal } from '../temporal/connection.ts';
import { deleteRuns, untilDeleted } from '../temporal/delete-runs.ts';

/** The result of a deletion. Paths are relative to ASSET_PATH. */
export interface DeletedTask {
  /** The task, and the tasks of its steps if it is a pipeline. */
  taskIds: string[];
  filesRemoved: string[];
  /** Outputs that stay, because others made or replaced them. */
  filesKept: string[];
}

/** The paths in the result of a task, relative to ASSET_PATH. */
export function outputsOf(result: StatusRecord['result']): string[] {
  const found = (result ?? {}) as Record<string, unknown>;
  const files = Array.isArray(found['files']) ? (found['files'] as { path?: unknown }[]) : [];
  return [...files.map(({ path }) => path), found['output_path'], found['poster_path'], found['srt_path']].filter(
    (path) => typeof path === 'string',
  );
}

/**
 * Deletes tasks that have ended: their work folders, their workflows and their records, in this order, so that an
 * interrupted deletion can be repeated. A pipeline is deleted with its steps.
 * @returns a function that deletes a task, and its outputs if `files` is set.
 * @throws {AppError} `task_not_found`, `task_not_over`, `operation_unavailable`
 */
export function createDeleteTask(deps: {
  temporal: Temporal;
  store: Pick<StatusStore, 'readRun' | 'remove'>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
  /** Ends and deletes the deliveries to the webhook of a task. */
  removeDeliveries: (taskId: string) => Promise<void>;
  /** See `removeTaskFiles`. */
  removeFiles: (taskId: string, outputs: readonly string[]) => Promise<{ removed: string[]; kept: string[] }>;
}): (taskId: string, options: { files: boolean }) => Promise<DeletedTask> {
  const { temporal, store } = deps;

  /** The last run of a task that has ended, or that Temporal does not know; null if the task is unknown. */
  async function overOrRefuse(taskId: string): Promise<{ record: StatusRecord; runStartedAt: number } | null> {
    const task = await deps.describe(taskId);
    if (task !== null && !isFinal(task.record.status)) throw new AppError('task_not_over', taskId);
    const stored = await store.readRun(taskId).catch(() => null);
    const { runStartedAt } = task?.version ?? stored ?? { runStartedAt: 0 };
    // The task was deleted, but Temporal still knows it for some seconds.
    if (stored !== null && stored.record === null && stored.runStartedAt >= runStartedAt) return null;
    const record = task === null ? stored?.record : wholeRecord(task);
    return record == null ? null : { record, runStartedAt };
  }

  async function remove(taskId: string, files: boolean): Promise<DeletedTask> {
    const last = await overOrRefuse(taskId);
    if (last === null) throw new AppError('task_not_found', taskId);
    const steps = (last.record.plan ?? []).flatMap((step) => taskIdsOf(taskId, step));
    const runs = new Map([[taskId, last]]);
    for (const id of steps) {
      const step = await overOrRefuse(id);
      if (step !== null) runs.set(id, step);
    }
    const deleted: DeletedTask = { taskIds: [...runs.keys()], filesRemoved: [], filesKept: [] };
    for (const [id, { record }] of runs) {
      const { removed, kept } = await deps.removeFiles(id, files ? outputsOf(record.result) : []);
      deleted.filesRemoved.push(...removed);
      deleted.filesKept.push(...kept);
    }
    for (const [id, { record }] of runs) if (record.webhook !== undefined) await deps.removeDeliveries(id);
    await deleteRuns(temporal, deleted.taskIds);
    try {
      for (const [id, { runStartedAt }] of runs) await store.remove(id, runStartedAt);
    } catch {
      // Without Redis, nothing else would show that it was deleted.
      await untilDeleted(temporal, deleted.taskIds);
    }
    return deleted;
  }

  return async (taskId, { files }) => {
    try {
      return await remove(taskId, files);
    } catch (error) {
      const busy = busyWords(error);
      if (busy === undefined && !isServerAway(error)) throw error;
      throw new AppError('operation_unavailable', busy, { cause: error });
    }
  };
}
