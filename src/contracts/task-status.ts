import type { ErrorBody } from '../errors.ts';
import type { ServerEngine, TaskStatus, WorkType } from './names.ts';
import type { PipelineResult } from './pipeline.ts';
import type { SecondsRange } from './queue.ts';
import type { TaskResult } from './task.ts';

/** The engine that a task waits for before its next attempt. */
export interface Waiting {
  for: ServerEngine;
  /** ISO 8601 in UTC. */
  since: string;
  reason: string;
  hint: string;
}

/** Says that a task waits for the end of a pause of the queue. */
export interface WaitingForResume {
  for: 'resume';
  /** ISO 8601 in UTC; null where the Temporal server does not say. */
  since: string | null;
  reason: string;
  hint: string;
}

/** Says that a task waits because no worker takes tasks, or is stuck because its worker does not respond. */
export interface WaitingForWorker {
  for: 'worker';
  since: null;
  reason: string;
  hint: string;
}

/** The body of `GET /task_status/{task_id}`. Times are ISO 8601 in UTC. */
export interface TaskStatusBody {
  status: TaskStatus;
  /** For a pipeline a `PipelineStatus`, whatever its status. */
  result: TaskResult | PipelineResult | { error: ErrorBody } | null;
  /** Repeats `result.error.message` of a failed task. */
  error?: string;
  task_id: string;
  task_type: WorkType | null;
  priority: number | null;
  created_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** 0–1 */
  progress: number;
  /** The current activity of the task, in a few words. */
  phase: string;
  attempts: number;
  /** Null unless the engine is away, the queue is paused or no worker takes tasks. */
  waiting: Waiting | WaitingForResume | WaitingForWorker | null;
  /**
   * The position of a task that waits for its turn; 1 is the next one to run. Null while the task is not in the queue.
   */
  queue_position: number | null;
  /**
   * Estimated seconds until it runs, from recent tasks of its kind. Null without a position, or if there is no
   * estimate.
   */
  eta_seconds: SecondsRange | null;
}
