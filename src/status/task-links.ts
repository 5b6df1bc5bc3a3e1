import type { TaskStatusBody } from '../contracts/task-status.ts';
import { LOST_PHASE } from './queue-keys.ts';
import { isFinal, type StatusRecord } from './record.ts';

/** The requests that are possible for a task now, as paths of the API. */
export const taskLinks = (
  taskId: string,
  { status, phase, webhook }: Pick<StatusRecord, 'status' | 'phase' | 'webhook'>,
): TaskStatusBody['links'] => ({
  self: `/task_status/${taskId}`,
  task: `/tasks/${taskId}`,
  ...(isFinal(status) ? {} : { cancel: `/tasks/${taskId}/cancel` }),
  ...(status === 'failed' && phase !== LOST_PHASE ? { retry: `/tasks/${taskId}/retry` } : {}),
  ...(webhook === undefined ? {} : { webhooks: `/tasks/${taskId}/webhooks` }),
});
