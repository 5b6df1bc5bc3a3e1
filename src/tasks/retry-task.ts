import type { PipelineInput } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import { AppError } from '../errors.ts';
import { changeRun } from './change-run.ts';
import type { Temporal } from '../temporal/connection.ts';
import { clientKey, priorityAttribute } from '../temporal/search-attributes.ts';
import { startTask, type StartTaskOptions } from './start-task.ts';
import { workflowInput } from '../temporal/workflow-input.ts';

/**
 * Runs a task, or a pipeline, that failed, was cancelled, terminated or timed out again: a new run under its id with its input and the priority it has
 * now. What earlier runs finished is in its work folder. The server lets only one of several calls at once begin a run.
 * A new run instead of a reset: it needs no history that can be reset, and begins without the old run's signals.
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
      throw new AppError('task_not_failed', name === 'RUNNING' ? 'it is not over yet' : 'it completed');
    const input = await workflowInput<TaskInput | PipelineInput>(temporal, run);
    const priority = run.typedSearchAttributes.get(priorityAttribute) ?? input.priority;
    return {
      task: { ...input, priority },
      details: (await run.staticDetails()) ?? '',
      client: run.typedSearchAttributes.get(clientKey),
      taskQueue: run.taskQueue,
    };
  });
  await startTask(temporal, taskId, task, details, { ...options, taskQueue, client, again: true });
}
