import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { isWorkType } from '../contracts/names.ts';
import { AppError } from '../errors.ts';
import { busyWords, isServerAway, type Temporal } from './connection.ts';

const LIMIT_MS = 5000;

/**
 * Looks at the latest run of a task, and changes it, within a limit of 5 s.
 * @throws {AppError} `task_not_found`; `task_over` when the run ended meanwhile; `operation_unavailable` when the server does not answer.
 */
export async function changeRun<T>(
  temporal: Temporal,
  taskId: string,
  change: (run: WorkflowExecutionDescription) => Promise<T>,
): Promise<T> {
  const look = async (): Promise<WorkflowExecutionDescription> => {
    const run = await temporal.client.workflow
      .getHandle(taskId)
      .describe()
      .catch((error: unknown) => {
        throw error instanceof WorkflowNotFoundError ? new AppError('task_not_found', taskId, { cause: error }) : error;
      });
    if (!isWorkType(run.type)) throw new AppError('task_not_found', taskId);
    return run;
  };
  try {
    return await temporal.connection.withDeadline(Date.now() + LIMIT_MS, async () => change(await look()));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new AppError('task_over', undefined, { cause: error });
    const busy = busyWords(error);
    if (busy !== undefined || isServerAway(error)) throw new AppError('operation_unavailable', busy, { cause: error });
    throw error;
  }
}

/** How a run is over, in words. */
const ENDED: Readonly<Partial<Record<WorkflowExecutionDescription['status']['name'], string>>> = {
  COMPLETED: 'it completed',
  FAILED: 'it failed',
  TIMED_OUT: 'it failed',
  CANCELLED: 'it was cancelled',
  TERMINATED: 'it was terminated',
};

/** @throws {AppError} `task_over`, which tells how it ended */
export function refuseOver({ status }: WorkflowExecutionDescription): void {
  if (status.name !== 'RUNNING') throw new AppError('task_over', ENDED[status.name]);
}
