import type { TaskResult, TaskStatusBody } from '../contracts/task.ts';
import type { TaskStatus, TaskType } from '../contracts/names.ts';
import type { ErrorBody } from '../errors.ts';

/**
 * How new a piece of status is: ordered by run, then by rank of the state, then by attempt. A projection refuses what is older.
 * `runStartedAt` is the run's start in ms since 1970 as `describe` gives it (workflow code sees the first run's after a reset);
 * 0 when the run is not known yet.
 */
export interface StatusVersion {
  runStartedAt: number;
  attempt: number;
}

/** One task's status as the projection keeps it. Times are ISO 8601 in UTC. */
export interface StatusRecord {
  taskType: TaskType;
  /** 0–100 */
  priority: number;
  status: TaskStatus;
  result: TaskResult | { error: ErrorBody } | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** 0–1 */
  progress: number;
  phase: string;
  attempts: number;
}

export type Outcome = { status: 'completed'; result: TaskResult } | { status: 'failed'; result: { error: ErrorBody } };

const RANKS: Record<TaskStatus, number> = { pending: 0, processing: 1, completed: 2, failed: 2 };
export const rankOf = (status: TaskStatus): number => RANKS[status];

/** The record as `GET /task_status/{task_id}` answers it. */
export function statusBody(taskId: string, record: StatusRecord): TaskStatusBody {
  const error = record.result !== null && 'error' in record.result ? { error: record.result.error.message } : {};
  return {
    status: record.status,
    result: record.result,
    ...error,
    task_id: taskId,
    task_type: record.taskType,
    priority: record.priority,
    created_at: record.createdAt,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    progress: record.progress,
    phase: record.phase,
    attempts: record.attempts,
    queue_position: null,
  };
}
