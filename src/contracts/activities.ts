import type { ErrorBody } from '../errors.ts';
import type { TaskType } from './names.ts';
import type { TaskInput, TaskResult } from './task.ts';
import type { Waiting } from './task-status.ts';

/** The GPU activities: one per task type, under its name. They run on the GPU queue and nowhere else. */
export type GpuActivities = { [T in TaskType]: (task: TaskInput<T>) => Promise<AttemptOutcome<T>> };

/** What a GPU activity that ended well gives. */
export interface AttemptOutcome<T extends TaskType = TaskType> {
  result: TaskResult<T>;
  /** The attempt that it is of. */
  started: AttemptStarted;
}

/** What a task's workflow knows of it, for the projection. */
export interface TaskSoFar {
  taskType: TaskType;
  /** Of a `comfyui` task. */
  template: string | null;
  priority: number;
  acceptedAt: string;
  attempts: number;
  /** When the server started this run, in ms since 1970; null where the workflow cannot know. */
  runStartedAt: number | null;
}

/** How a task ended. */
export interface TaskEnd extends TaskSoFar {
  startedAt: string | null;
  outcome: { status: 'completed'; result: TaskResult } | { status: 'failed'; result: { error: ErrorBody } };
}

/** That a task waits, for an engine or for its turn. */
export interface TaskWaits extends TaskSoFar {
  /** Null: for its turn. */
  waiting: Waiting | null;
}

/** That a task has another priority now. */
export interface PriorityChanged extends TaskSoFar {
  /** Whether it waits for its turn. */
  inLine: boolean;
}

/** What the workflow asks of the control worker. */
export interface ControlActivities {
  recordTaskWaits(waits: TaskWaits): Promise<void>;
  recordPriority(changed: PriorityChanged): Promise<void>;
  recordTaskEnd(end: TaskEnd): Promise<void>;
}

/** Sent with `ATTEMPT_STARTED_SIGNAL`. */
export interface AttemptStarted {
  attempt: number;
  /** ISO 8601 in UTC. */
  startedAt: string;
  gpuId: string;
  /** The turn in the queue that it ends, as its task says. */
  turn?: string;
}
