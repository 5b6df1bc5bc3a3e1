import type { TaskStatusBody } from '../../contracts/task-status.ts';
import { AppError } from '../../errors.ts';
import type { TaskForecast } from '../../status/wait-forecast.ts';
import type { StatusRecord } from '../../status/record.ts';
import { statusBody } from '../../status/status-body.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';

export interface LookAhead {
  /** What a task that waits has before it. Never rejects. */
  lookAhead: (taskId: string, record: StatusRecord) => Promise<TaskForecast>;
  /** Adds to the record of a pipeline what its tasks say. Never rejects. */
  readPipeline: (pipelineId: string, record: StatusRecord) => Promise<StatusRecord>;
}

export interface TaskStatusDeps extends LookAhead {
  /** A task's record; null when no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
}

/** The status of a task, or of a pipeline with all its steps, as it is answered. */
export async function describeStatus(deps: LookAhead, taskId: string, record: StatusRecord): Promise<TaskStatusBody> {
  const whole = await deps.readPipeline(taskId, record);
  return statusBody(taskId, whole, await deps.lookAhead(taskId, whole));
}

async function findBody(deps: TaskStatusDeps, params: ApiRequest['params']): Promise<TaskStatusBody> {
  const taskId = taskIdOf(params);
  const record = await deps.readStatus(taskId);
  if (record === null) throw new AppError('task_not_found', taskId);
  return describeStatus(deps, taskId, record);
}

/** `GET /task_status/{task_id}` */
export function createTaskStatus(deps: TaskStatusDeps) {
  return async ({ params }: ApiRequest): Promise<ApiResponse> => ({ status: 200, body: await findBody(deps, params) });
}

/** `GET /status/{task_id}`: the same with `id`, for clients of the earlier service. */
export function createLegacyStatus(deps: TaskStatusDeps) {
  return async ({ params }: ApiRequest): Promise<ApiResponse> => {
    const body = await findBody(deps, params);
    return { status: 200, body: { id: body.task_id, ...body } };
  };
}
