import type { TaskStatusBody } from '../../contracts/task.ts';
import { AppError } from '../../errors.ts';
import { statusBody, type StatusRecord } from '../../status/record.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

export interface TaskStatusDeps {
  /** A task's record; null when no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
}

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function findBody(deps: TaskStatusDeps, params: ApiRequest['params']): Promise<TaskStatusBody> {
  const taskId = params['task_id'] ?? '';
  const record = TASK_ID.test(taskId) ? await deps.readStatus(taskId.toLowerCase()) : null;
  if (record === null) throw new AppError('task_not_found', taskId.slice(0, 100));
  return statusBody(taskId.toLowerCase(), record);
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
