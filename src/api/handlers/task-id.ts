import { AppError } from '../../errors.ts';
import type { ApiRequest } from '../route.ts';

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The task id in an address. @throws {AppError} `task_not_found` if it cannot be the id of a task. */
export function taskIdOf(params: ApiRequest['params']): string {
  const asked = params['task_id'] ?? '';
  const taskId = asked.toLowerCase();
  if (!TASK_ID.test(taskId)) throw new AppError('task_not_found', asked.slice(0, 100));
  return taskId;
}
