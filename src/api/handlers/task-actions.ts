import { fieldErrors } from '../../contracts/fields.ts';
import { didYouMean } from '../../contracts/nearest.ts';
import { envelopeSchema, taskChangeSchema } from '../../contracts/task.ts';
import type { Logger } from '../../logging.ts';
import type { StatusRecord } from '../../status/record.ts';
import { requirePriority } from '../key-limits.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';
import { describeStatus, type LookAhead } from './task-status.ts';

/**
 * Every change returns the task's new status. @throws {AppError} `task_not_found`, `operation_unavailable`, and the
 * errors of each method.
 */
export interface TaskActionsDeps extends LookAhead {
  /** @returns whether the task has ended already. @throws {AppError} `task_over` */
  cancelTask: (taskId: string) => Promise<{ over: boolean; record: StatusRecord }>;
  /** @throws {AppError} `task_not_failed` */
  retryTask: (taskId: string) => Promise<StatusRecord>;
  /**
   * Whether a client may have one more task waiting, which runs again. @param most the limit of its API key; undefined
   * for the limit of all clients. @throws {AppError} `too_many_queued`
   */
  admitAgain: (client: string, most: number | undefined) => Promise<void>;
  /** @throws {AppError} `task_over` */
  changePriority: (taskId: string, priority: number) => Promise<StatusRecord>;
  logger: Logger;
}

/** `POST /tasks/{task_id}/cancel`: 200 if the task has ended, 202 while its engine has not stopped. */
export function createCancelTask(deps: TaskActionsDeps) {
  return async ({ params, client }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const { over, record } = await deps.cancelTask(taskId);
    deps.logger.info(`⏹️ Cancelled by ${client}: ${record.taskType} ${taskId}`);
    return { status: over ? 200 : 202, body: await describeStatus(deps, taskId, record) };
  };
}

/** `POST /tasks/{task_id}/retry`: runs a failed task again under its id. An admin is never refused. */
export function createRetryTask(deps: TaskActionsDeps) {
  return async ({ params, client, caller }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    if (caller.role !== 'admin') await deps.admitAgain(caller.name, caller.limits.maxQueued);
    const record = await deps.retryTask(taskId);
    deps.logger.info(`🔁 Retried by ${client}: ${record.taskType} ${taskId}`);
    return { status: 202, body: await describeStatus(deps, taskId, record) };
  };
}

/** Other fields that a client may want to change. */
const unchanged = (body: unknown): string[] =>
  Object.keys(envelopeSchema.shape)
    .filter((name) => name !== 'priority' && Object.hasOwn(body as object, name))
    .map((name) => `${name} cannot be changed; it was ignored`);

/** `PATCH /tasks/{task_id}`: changes the priority of a task that has not ended. */
export function createChangeTask(deps: TaskActionsDeps) {
  return async ({ params, body, client, caller }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const change = taskChangeSchema.safeParse(body);
    if (!change.success)
      throw refusal(
        fieldErrors(change.error).map(({ path, message }) => ({ path, message: message + didYouMean(body, path) })),
      );
    const { priority } = change.data;
    requirePriority(priority, caller.limits.maxPriority);
    const warnings = unchanged(body);
    const record = await deps.changePriority(taskId, priority);
    deps.logger.info(`🔀 Priority ${priority} given by ${client}: ${record.taskType} ${taskId}`);
    const status = await describeStatus(deps, taskId, record);
    return { status: 200, body: { ...status, ...(warnings.length > 0 ? { warnings } : {}) } };
  };
}
