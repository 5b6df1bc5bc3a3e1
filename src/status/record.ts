import { PIPELINE, type TaskStatus, type WorkType } from '../contracts/names.ts';
import { planOf } from '../pipelines/plan.ts';
import type { PipelineInput, PipelineResult, StepPlan } from '../contracts/pipeline.ts';
import type { TaskEnvelope, TaskInput, TaskResult } from '../contracts/task.ts';
import type { TaskLabels } from '../contracts/labels.ts';
import type { Stage, Waiting } from '../contracts/task-status.ts';
import { timeWait, WAITS_FOR_TIME, type WaitingForTime } from '../contracts/time-wait.ts';
import { templateOf } from '../contracts/template-of.ts';
import type { Webhook } from '../contracts/webhook-events.ts';
import type { ErrorBody } from '../errors.ts';

/**
 * The version of a status. It compares the start of the run first, then whether the task has ended, then the attempt,
 * then the state; a write with an older version is refused. `runStartedAt` is the run's start in ms since 1970 as
 * `describe` returns it (after a reset, workflow code sees the start of the first run); 0 if the run is not known yet.
 * `attempt` counts the attempts of the run; while a task waits, it is the number of the next attempt.
 */
export interface StatusVersion {
  runStartedAt: number;
  attempt: number;
}

/** The status of a task as the projection stores it. Times are ISO 8601 in UTC. */
export interface StatusRecord {
  taskType: WorkType;
  /** The template of a `comfyui` task; null for all others. */
  template: string | null;
  /** 0–100 */
  priority: number;
  /** The client that owns the task; null if unknown. */
  client: string | null;
  tags: readonly string[];
  /** The client's own data, which the status returns; null if there are none. */
  metadata: unknown;
  status: TaskStatus;
  result: TaskResult | PipelineResult | { error: ErrorBody } | null;
  createdAt: string;
  /** When a task that waits for its turn took its position in the queue; null for all others. */
  queuedAt: string | null;
  /**
   * Its place in the queue when the record was read, 1 for the next task, and null for a task that is not in the queue.
   * It is never stored; absent if it was not read with the record.
   */
  position?: number | null | undefined;
  startedAt: string | null;
  finishedAt: string | null;
  /** 0–1 */
  progress: number;
  phase: string;
  attempts: number;
  waiting: Waiting | WaitingForTime | null;
  /** The step of a pipeline that it is; absent for all others, and in records of earlier versions. */
  step?: { pipeline: string; name: string };
  /** The part of the work that runs now; absent if it is unknown. */
  stage?: Stage | null;
  /** Set only for a task whose client wants to be called; never shown whole. */
  webhook?: Webhook;
  /** Set only for a pipeline; its steps have their own records. */
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

/** The labels of a task that its record has; nothing for a task of an earlier version. */
export const shownLabels = (
  labels: TaskLabels | undefined,
): Partial<Pick<StatusRecord, 'client' | 'tags' | 'metadata' | 'webhook'>> =>
  labels === undefined
    ? {}
    : {
        client: labels.client ?? null,
        tags: labels.tags ?? [],
        metadata: labels.metadata ?? null,
        ...(labels.webhook === undefined ? {} : { webhook: labels.webhook }),
      };

/** The place of a task in its pipeline, for its record; nothing for a task of its own. */
export const shownStep = ({ step }: Pick<TaskEnvelope, 'step'>): Partial<Pick<StatusRecord, 'step'>> =>
  step === undefined ? {} : { step: { pipeline: step.pipelineId, name: step.step } };

/** The record of a newly accepted task or pipeline. A pipeline is never in the queue. */
export const newRecord = (task: TaskInput | PipelineInput): Partial<StatusRecord> & Pick<StatusRecord, 'status'> => ({
  status: 'pending',
  taskType: task.taskType,
  template: task.taskType === PIPELINE ? null : templateOf(task),
  ...(task.taskType === PIPELINE ? { plan: planOf(task.steps) } : {}),
  priority: task.priority,
  createdAt: task.acceptedAt,
  ...shownLabels(task.labels),
  queuedAt: task.taskType === PIPELINE || task.runAt !== undefined ? null : task.acceptedAt,
  phase: 'queued',
  ...(task.runAt === undefined ? {} : { phase: WAITS_FOR_TIME, waiting: timeWait(task.acceptedAt, task.runAt) }),
  progress: 0,
  attempts: 0,
});
