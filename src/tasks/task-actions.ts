import { AppError } from '../errors.ts';
import { cancelTask } from './cancel-task.ts';
import { changePriority } from './change-priority.ts';
import { busyWords, isServerAway, type Temporal } from '../temporal/connection.ts';
import type { DescribedTask } from '../status/describe-task.ts';
import { retryTask } from './retry-task.ts';
import { START_TASK_DEFAULTS } from './start-task.ts';
import { listStepTasks } from '../temporal/step-tasks.ts';
import { LOST_PHASE } from '../status/queue-keys.ts';
import type { StatusRecord } from '../status/record.ts';
import { createRefreshStatus } from '../status/refresh-status.ts';
import type { StatusStore } from '../status/status-store.ts';

/**
 * The changes of a task by clients and operators. Each returns the new status, and throws the errors that its own file
 * documents.
 */
export interface TaskActions {
  cancelTask(taskId: string): Promise<{ over: boolean; record: StatusRecord }>;
  retryTask(taskId: string): Promise<StatusRecord>;
  changePriority(taskId: string, priority: number): Promise<StatusRecord>;
}

/** Why a task that only Redis knows cannot be changed; undefined if it is lost. */
function refusalOfRecord({ status, phase }: StatusRecord): AppError | undefined {
  if (status === 'completed') return new AppError('task_over', 'it completed');
  return status === 'failed' && phase !== LOST_PHASE ? new AppError('task_over', 'it failed') : undefined;
}

export function createTaskActions(deps: {
  temporal: Temporal;
  store: StatusStore;
  describe: (taskId: string) => Promise<DescribedTask | null>;
  priorityLevels: number;
  now: () => Date;
  /** How long a cancel waits for the end of the task. */
  cancelWaitMs?: number;
}): TaskActions {
  const { temporal, store, priorityLevels, now } = deps;
  const refresh = createRefreshStatus(deps);
  /** The status after a change. The change has taken effect even if a busy server cannot return the status. */
  const afterwards = async (taskId: string, more?: Partial<StatusRecord>): Promise<StatusRecord> => {
    const record = await refresh(taskId, more).catch(async (error: unknown) => {
      if (!isServerAway(error) && busyWords(error) === undefined) throw error;
      const kept = await store.read(taskId).catch(() => null);
      if (kept === null) throw new AppError('status_unavailable', undefined, { cause: error });
      return { ...kept, ...more };
    });
    if (record === null) throw new AppError('task_not_found', taskId);
    return record;
  };
  const changeOne = async (taskId: string, priority: number): Promise<number | null> => {
    const before = await changePriority(temporal, taskId, priority, priorityLevels);
    await store.reposition(taskId, priority, now()).catch(() => undefined);
    return before;
  };
  /** Changes the running tasks of a pipeline that have its priority; later tasks get the new one. */
  const changeSteps = async (pipelineId: string, from: number, to: number): Promise<void> => {
    const inherited = ` AND ExecutionStatus = "Running" AND Priority = ${from}`;
    const tasks = await listStepTasks(temporal, pipelineId, inherited).catch((error: unknown) => {
      const busy = busyWords(error);
      if (busy === undefined && !isServerAway(error)) throw error;
      throw new AppError('operation_unavailable', busy, { cause: error });
    });
    // A task that has ended meanwhile needs no priority.
    await Promise.all(tasks.map((taskId) => changeOne(taskId, to).catch(() => undefined)));
  };
  /** Refuses a task that only Redis knows: it has ended, or it is lost. */
  const onKnown = async <T>(
    taskId: string,
    action: () => Promise<T>,
    refuse: (kept: StatusRecord) => AppError | undefined = refusalOfRecord,
  ): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'task_not_found') throw error;
      const kept = await store.read(taskId).catch(() => null);
      if (kept === null) throw error;
      throw refuse(kept) ?? new AppError('task_lost', taskId);
    }
  };
  return {
    async cancelTask(taskId) {
      const over = await onKnown(taskId, () => cancelTask(temporal, taskId, deps.cancelWaitMs));
      return { over, record: await afterwards(taskId) };
    },
    async retryTask(taskId) {
      const before = await store.read(taskId).catch(() => null);
      await onKnown(
        taskId,
        () => retryTask(temporal, taskId, { ...START_TASK_DEFAULTS, priorityLevels }),
        // The input of a failed task was in Temporal's database.
        ({ status }) => (status === 'completed' ? new AppError('task_not_failed', 'it completed') : undefined),
      );
      // The status counts the attempts of all runs, like the manifest.
      return afterwards(taskId, before === null ? {} : { attempts: before.attempts });
    },
    async changePriority(taskId, priority) {
      const before = await onKnown(taskId, () => changeOne(taskId, priority));
      if (before !== null) await changeSteps(taskId, before, priority);
      // The search attribute changes when the workflow receives the signal.
      return { ...(await afterwards(taskId, { priority })), priority };
    },
  };
}
