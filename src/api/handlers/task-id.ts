import { AppError } from '../../errors.ts';
import type { ApiRequest } from '../route.ts';

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The task that an address names. @throws {AppError} `task_not_found` when it can be no task's id. */
export function taskIdOf(params: ApiRequest['params']): string {
  const asked = params['task_id'] ?? '';
  const taskId = asked.toLowerCase();
  if (!TASK_ID.test(taskId)) throw new AppError('task_not_found', asked.slice(0, 100));
  return taskId;
}
