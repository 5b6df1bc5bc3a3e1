import type { ErrorBody } from '../errors.ts';
import type { ServerEngine, TaskStatus, WorkType } from './names.ts';
import type { PipelineResult } from './pipeline.ts';
import type { SecondsRange } from './queue.ts';
import type { TaskResult } from './task.ts';

/** What a task waits for before its next attempt. */
export interface Waiting {
  for: ServerEngine;
  /** ISO 8601 in UTC. */
  since: string;
  reason: string;
  hint: string;
}

/** That a task waits for the end of a pause of the whole queue. */
export interface WaitingForResume {
  for: 'resume';
  /** ISO 8601 in UTC; null where the Temporal server does not say. */
  since: string | null;
  reason: string;
  hint: string;
}

/** That a task waits because no worker takes tasks, or does not go on because the one that has it does nothing. */
export interface WaitingForWorker {
  for: 'worker';
  since: null;
  reason: string;
  hint: string;
}

/** The body of `GET /task_status/{task_id}`. Times are ISO 8601 in UTC. */
export interface TaskStatusBody {
  status: TaskStatus;
  /** Of a pipeline a `PipelineStatus`, whatever its status. */
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
  /** What the task is doing now, in a word or two. */
  phase: string;
  attempts: number;
  /** Null unless the engine is away, the queue is paused or no worker takes tasks. */
  waiting: Waiting | WaitingForResume | WaitingForWorker | null;
  /** Of a task that waits for its turn: 1 is the next one to run. Null while the task is not in line. */
  queue_position: number | null;
  /** Seconds until it runs, by what such tasks took of late. Null without a position, and where nothing can be said. */
  eta_seconds: SecondsRange | null;
}
