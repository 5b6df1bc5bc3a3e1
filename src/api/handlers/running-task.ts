import type { RunningTask } from '../../contracts/queue.ts';
import type { StatusRecord } from '../../status/record.ts';

/** A task in hand as the pages of the queue show it. */
export const runningTask = (taskId: string, record: StatusRecord): RunningTask => ({
  task_id: taskId,
  task_type: record.taskType,
  priority: record.priority,
  started_at: record.startedAt,
  progress: record.progress,
  phase: record.phase,
  attempts: record.attempts,
});
