import { PIPELINE, type TaskStatus, type WorkType } from '../contracts/names.ts';
import { planOf } from '../pipelines/plan.ts';
import type { PipelineInput, PipelineResult, StepPlan } from '../contracts/pipeline.ts';
import type { TaskInput, TaskResult } from '../contracts/task.ts';
import type { Waiting } from '../contracts/task-status.ts';
import { templateOf } from '../contracts/template-of.ts';
import type { ErrorBody } from '../errors.ts';

/**
 * How new a status is. A later run counts most, then an end, then a later attempt, then a later state; an older status is refused.
 * `runStartedAt` is the run's start in ms since 1970 as `describe` gives it (workflow code sees the first run's after a reset);
 * 0 when the run is not known yet. `attempt` counts the attempts of the run; while a task waits, it is that of the next one.
 */
export interface StatusVersion {
  runStartedAt: number;
  attempt: number;
}

/** One task's status as the projection keeps it. Times are ISO 8601 in UTC. */
export interface StatusRecord {
  taskType: WorkType;
  /** The template of a `comfyui` task; null for all others. */
  template: string | null;
  /** 0–100 */
  priority: number;
  status: TaskStatus;
  result: TaskResult | PipelineResult | { error: ErrorBody } | null;
  createdAt: string;
  /** When a task that waits for its turn took its position in the queue; null for all others. */
  queuedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** 0–1 */
  progress: number;
  phase: string;
  attempts: number;
  waiting: Waiting | null;
  /** Set for a pipeline alone; its steps have records of their own. */
  plan?: StepPlan[];
}

export type Outcome =
  | { status: 'completed'; result: TaskResult | PipelineResult }
  | { status: 'failed'; result: { error: ErrorBody } };

export const isFinal = (status: TaskStatus): boolean => status === 'completed' || status === 'failed';

/** The numbers that write-status.lua compares, most significant first. */
export const orderOf = (
  { runStartedAt, attempt }: StatusVersion,
  status: TaskStatus,
): [number, number, number, number] => [runStartedAt, isFinal(status) ? 1 : 0, attempt, status === 'pending' ? 0 : 1];

/** The record of a task, or of a pipeline, that was accepted just now. A pipeline is never in the queue. */
export const newRecord = (task: TaskInput | PipelineInput): Partial<StatusRecord> & Pick<StatusRecord, 'status'> => ({
  status: 'pending',
  taskType: task.taskType,
  template: task.taskType === PIPELINE ? null : templateOf(task),
  ...(task.taskType === PIPELINE ? { plan: planOf(task.steps) } : {}),
  priority: task.priority,
  createdAt: task.acceptedAt,
  queuedAt: task.taskType === PIPELINE ? null : task.acceptedAt,
  phase: 'queued',
  progress: 0,
  attempts: 0,
});
