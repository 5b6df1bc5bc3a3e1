import type { RunningTask } from '../../contracts/queue.ts';
import type { StatusRecord } from '../../status/record.ts';

/** A running task as the endpoints of the queue show it. */
export const runningTask = (taskId: string, record: StatusRecord): RunningTask => ({
  task_id: taskId,
  task_type: record.taskType,
  priority: record.priority,
  started_at: record.startedAt,
  progress: record.progress,
  phase: record.phase,
  attempts: record.attempts,
});

/** The same for a caller who may not see the task: a place without an owner and times. */
export const hiddenRunningTask = (record: StatusRecord): RunningTask => ({
  ...runningTask('', record),
  task_id: null,
  started_at: null,
  // It may name the nodes and steps of the client.
  phase: 'running',
});
