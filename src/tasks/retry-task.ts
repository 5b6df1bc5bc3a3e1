import type { PipelineInput } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import { AppError } from '../errors.ts';
import { changeRun } from './change-run.ts';
import type { Temporal } from '../temporal/connection.ts';
import { clientKey, priorityAttribute } from '../temporal/search-attributes.ts';
import { startTask, type StartTaskOptions } from './start-task.ts';
import { workflowInput } from '../temporal/workflow-input.ts';

/**
 * Starts a new run of a task, or a pipeline, that failed, was cancelled or terminated, or timed out. The run has the
 * same id, the same input and the present priority, and reuses the finished parts in the work folder. If several calls
 * come at once, the server lets only one start a run. Unlike a reset, a new run needs no resettable history, and begins
 * without the signals of the old run.
 * @throws {AppError} `task_not_found`, `task_not_failed`, `operation_unavailable`, and those of `startTask`.
 */
export async function retryTask(
  temporal: Temporal,
  taskId: string,
  options: Omit<StartTaskOptions, 'taskQueue'>,
): Promise<void> {
  const { task, details, taskQueue, client } = await changeRun(temporal, taskId, async (run) => {
    const { name } = run.status;
    if (name === 'RUNNING' || name === 'COMPLETED')
      throw new AppError('task_not_failed', name === 'RUNNING' ? 'it has not ended yet' : 'it completed');
    const input = await workflowInput<TaskInput | PipelineInput>(temporal, run);
    const priority = run.typedSearchAttributes.get(priorityAttribute) ?? input.priority;
    const { runAt, ...rest } = input;
    const isLater = runAt !== undefined && Date.parse(runAt) > Date.now();
    return {
      task: { ...rest, priority, ...(isLater ? { runAt } : {}) },
      details: (await run.staticDetails()) ?? '',
      client: run.typedSearchAttributes.get(clientKey),
      taskQueue: run.taskQueue,
    };
  });
  await startTask(temporal, taskId, task, { ...options, details, taskQueue, client, again: 'after failure' });
}
