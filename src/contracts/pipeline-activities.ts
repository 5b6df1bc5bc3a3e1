import type { ErrorBody } from '../errors.ts';
import type { TaskLabels } from './labels.ts';
import type { PipelineResult, StepPlan } from './pipeline.ts';
import type { TaskInput } from './task.ts';

/** The number of items of each step with `for_each`, as far as counted. */
export type ItemCounts = Readonly<Record<string, number>>;

/** One task of a pipeline that is about to run. */
export interface StepAsked {
  step: string;
  /** The position of the item; null for a step that is one task. */
  index: number | null;
  /** 0–100 */
  priority: number;
  counts: ItemCounts;
}

export type StepReady =
  | { kind: 'start'; taskId: string; task: TaskInput; details: string; priorityKey: number }
  /** It has completed before with the same payload. */
  | { kind: 'finished'; taskId: string }
  /** A run is active that the pipeline did not start, or no longer knows. */
  | { kind: 'running'; taskId: string }
  | { kind: 'refused'; error: ErrorBody };

/** The state of a pipeline for the projection; its steps have their own records. */
export interface PipelineRecord {
  priority: number;
  acceptedAt: string;
  labels?: TaskLabels | undefined;
  plan: StepPlan[];
  /** Null while it runs. */
  outcome: { status: 'completed'; result: PipelineResult } | { status: 'failed'; result: { error: ErrorBody } } | null;
}

/** Activities that a pipeline's workflow calls on the control worker. All of them act on the calling run. */
export interface PipelineActivities {
  /** Counts the items of a `for_each`; `most` is the limit. */
  countItems(asked: {
    step: string;
    most: number;
    counts: ItemCounts;
  }): Promise<{ items: number } | { refused: ErrorBody }>;
  prepareStep(asked: StepAsked): Promise<StepReady>;
  /** Resolves when a task has ended, with or without success. */
  waitForTask(taskId: string): Promise<void>;
  composeOutput(counts: ItemCounts): Promise<{ output: unknown } | { refused: ErrorBody }>;
  recordPipeline(record: PipelineRecord): Promise<void>;
  recordStepQueued(started: { taskId: string; runId: string }): Promise<void>;
}
