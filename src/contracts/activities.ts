import type { ErrorBody } from '../errors.ts';
import type { TaskType } from './names.ts';
import type { TaskInput, TaskResult } from './task.ts';
import type { TaskLabels } from './labels.ts';
import type { Waiting } from './task-status.ts';

/** The GPU activities: one per task type, under its name. They run on the GPU queue and nowhere else. */
export type GpuActivities = { [T in TaskType]: (task: TaskInput<T>) => Promise<AttemptOutcome<T>> };

/** The result of a GPU activity that completed. */
export interface AttemptOutcome<T extends TaskType = TaskType> {
  result: TaskResult<T>;
  /** The attempt that made it. */
  started: AttemptStarted;
}

/** The facts about a task that its workflow knows, for the projection. */
export interface TaskSoFar {
  taskType: TaskType;
  /** The template of a `comfyui` task. */
  template: string | null;
  priority: number;
  acceptedAt: string;
  labels?: TaskLabels;
  attempts: number;
  /** When the server started this run, in ms since 1970; null if the workflow does not know. */
  runStartedAt: number | null;
}

/** The end of a task. */
export interface TaskEnd extends TaskSoFar {
  startedAt: string | null;
  outcome: { status: 'completed'; result: TaskResult } | { status: 'failed'; result: { error: ErrorBody } };
}

/** Records that a task waits for an engine or for its turn. */
export interface TaskWaits extends TaskSoFar {
  /** Null: for its turn. */
  waiting: Waiting | null;
}

/** Records that the priority of a task changed. */
export interface PriorityChanged extends TaskSoFar {
  /** Whether it waits for its turn. */
  inLine: boolean;
}

/** The activities that workflows call on the control worker. */
export interface ControlActivities {
  recordTaskWaits(waits: TaskWaits): Promise<void>;
  recordPriority(changed: PriorityChanged): Promise<void>;
  recordTaskEnd(end: TaskEnd): Promise<void>;
  /** Begins to tell the webhook of a task that asked for it that the task has started. */
  announceTaskStart(about: TaskSoFar): Promise<void>;
}

/** Sent with `ATTEMPT_STARTED_SIGNAL`. */
export interface AttemptStarted {
  attempt: number;
  /** ISO 8601 in UTC. */
  startedAt: string;
  gpuId: string;
  /** The turn in the queue that it ends, from the task's input. */
  turn?: string;
}
