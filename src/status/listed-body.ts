import type { ListedTaskBody } from '../contracts/task-list.ts';
import { errorCodeOf, type ListedTask } from './list-tasks.ts';
import { statusBody } from './status-body.ts';

/** A task as `GET /tasks` lists it. */
export function listedBody({ taskId, record, step }: ListedTask): ListedTaskBody {
  const { result: _result, queue_position: _position, eta_seconds: _eta, ...shown } = statusBody(taskId, record);
  const code = errorCodeOf(record);
  return { ...shown, ...(code === undefined ? {} : { error_code: code }), step };
}
