import { fieldErrors } from '../../contracts/fields.ts';
import { statusQuerySchema } from '../../contracts/status-query.ts';
import type { TaskStatusBody } from '../../contracts/task-status.ts';
import { AppError } from '../../errors.ts';
import type { TaskForecast } from '../../status/wait-forecast.ts';
import type { StatusRecord } from '../../status/record.ts';
import { compactPipeline } from '../../status/compact-pipeline.ts';
import { statusBody } from '../../status/status-body.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { refusal } from '../refusal.ts';
import { taskIdOf } from './task-id.ts';
import { waitForStatus, type WaitForStatusDeps } from './wait-for-status.ts';

export interface LookAhead {
  /** The outlook of a waiting task. Never rejects. */
  lookAhead: (taskId: string, record: StatusRecord) => Promise<TaskForecast>;
  /** Adds the statuses of its tasks to the record of a pipeline. Never rejects. */
  readPipeline: (pipelineId: string, record: StatusRecord) => Promise<StatusRecord>;
}

export type TaskStatusDeps = LookAhead & WaitForStatusDeps;

/** The status of a task, or of a pipeline with all its steps, in the form of the answer. */
export async function describeStatus(
  deps: LookAhead,
  taskId: string,
  record: StatusRecord,
  full?: boolean,
): Promise<TaskStatusBody> {
  const whole = await deps.readPipeline(taskId, record);
  const forecast = await deps.lookAhead(taskId, whole);
  return statusBody(taskId, compactPipeline(whole, full), forecast);
}

async function findBody(deps: TaskStatusDeps, request: ApiRequest): Promise<TaskStatusBody> {
  const { params, query } = request;
  const taskId = taskIdOf(params);
  const asked = statusQuerySchema.safeParse(query);
  if (!asked.success) throw refusal(fieldErrors(asked.error));
  const closed = asked.data.wait === 0 ? undefined : request.closed;
  const record = await waitForStatus(deps, taskId, { ...asked.data, closed, client: request.caller.name });
  if (record === null) throw new AppError('task_not_found', taskId);
  return describeStatus(deps, taskId, record, asked.data.full);
}

/** `GET /task_status/{task_id}?wait=30&until=completed` */
export function createTaskStatus(deps: TaskStatusDeps) {
  return async (request: ApiRequest): Promise<ApiResponse> => ({ status: 200, body: await findBody(deps, request) });
}

/** `GET /status/{task_id}`: the same with `id`, for clients of the earlier service. */
export function createLegacyStatus(deps: TaskStatusDeps) {
  return async (request: ApiRequest): Promise<ApiResponse> => {
    const body = await findBody(deps, request);
    return { status: 200, body: { id: body.task_id, ...body } };
  };
}
