import type { StepPlan, StepStatus, StepTaskStatus } from '../contracts/pipeline.ts';
import type { TaskStatus } from '../contracts/names.ts';
import type { TaskResult } from '../contracts/task.ts';
import type { ErrorBody } from '../errors.ts';
import { WHOLE } from '../pipelines/plan.ts';
import { stepTaskId } from '../pipelines/step-task-id.ts';
import { isFinal, type StatusRecord } from './record.ts';

const SOLE = [null];
const isMany = (step: StepPlan): boolean => step.items !== undefined;

/** The indexes of a step's tasks: only null for a step with one task; empty while the list of `for_each` is unknown. */
const indexesOf = ({ items }: StepPlan): readonly (number | null)[] =>
  items === undefined ? SOLE : Array.from({ length: items ?? 0 }, (_, index) => index);

/** The ids of all tasks of a step. */
export const taskIdsOf = (pipelineId: string, step: StepPlan): string[] =>
  indexesOf(step).map((index) => stepTaskId(pipelineId, step.id, index));

const errorOf = (result: StatusRecord['result']): ErrorBody | null =>
  result !== null && 'error' in result ? (result.error ?? null) : null;

function taskStatus(taskId: string, record: StatusRecord | undefined, refused: ErrorBody | undefined): StepTaskStatus {
  const nothing = { task_id: taskId, progress: 0, started_at: null, finished_at: null, result: null, error: null };
  if (refused !== undefined) return { ...nothing, status: 'failed', phase: 'refused', error: refused };
  if (record === undefined) return { ...nothing, status: 'pending', phase: 'not started' };
  const { status, progress, phase, startedAt, finishedAt, result } = record;
  return {
    task_id: taskId,
    status,
    progress,
    phase,
    started_at: startedAt,
    finished_at: finishedAt,
    result: status === 'completed' ? (result as TaskResult) : null,
    error: errorOf(result),
  };
}

/**
 * Combines the statuses of several tasks. The result has ended when all tasks have ended, or when the pipeline has:
 * then the other tasks never begin.
 */
function statusOfAll(
  tasks: readonly StepTaskStatus[],
  failsWith: (status: TaskStatus) => boolean,
  over: boolean,
): TaskStatus {
  if (tasks.every(({ status }) => isFinal(status)))
    return tasks.some(({ status }) => failsWith(status)) ? 'failed' : 'completed';
  if (over) return tasks.some(({ status }) => status === 'failed') ? 'failed' : 'pending';
  return tasks.some(({ status }) => status !== 'pending') ? 'processing' : 'pending';
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;

function stepStatus(
  pipelineId: string,
  step: StepPlan,
  tasks: ReadonlyMap<string, StatusRecord>,
  over: boolean,
): StepStatus {
  const { taskType, onError, items, refused = {} } = step;
  const head = { task_type: taskType, on_error: onError };
  const each = indexesOf(step).map((index) => {
    const taskId = stepTaskId(pipelineId, step.id, index);
    return taskStatus(taskId, tasks.get(taskId), refused[index === null ? WHOLE : String(index)]);
  });
  const [sole] = each;
  if (!isMany(step) && sole !== undefined) return { ...head, ...sole };
  const whole = refused[WHOLE] ?? null;
  if (items == null)
    return {
      ...head,
      status: whole === null ? 'pending' : 'failed',
      progress: 0,
      items: null,
      result: null,
      error: whole,
    };
  const status = statusOfAll(each, (one) => one === 'failed' && onError === 'fail', over);
  return {
    ...head,
    status,
    progress: mean(each.map((one) => (one.status === 'failed' ? 1 : one.progress))),
    items: each,
    result: isFinal(status) ? each.map(({ result }) => result) : null,
    error: each.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** The progress of a step, 0–1; a skipped step counts as 1. */
const shareOf = (step: StepStatus): number =>
  step.status === 'failed' && step.on_error === 'skip' ? 1 : step.progress;

const earliest = (times: readonly (string | null)[]): string | null =>
  times.filter((time) => time !== null).toSorted()[0] ?? null;

/** The phase of a pipeline of which no task runs or waits for an engine. */
export const WAITS_FOR_ITS_STEPS = 'waiting for its steps';

const isRunning = (step: StepStatus): boolean =>
  ('items' in step ? (step.items ?? []) : [step]).some(({ status }) => status === 'processing');

/** The phase of a pipeline that has not ended; if none of its tasks runs, the reason why it waits. */
function activity(
  steps: ReadonlyMap<string, StepStatus>,
  tasks: ReadonlyMap<string, StatusRecord>,
): Pick<StatusRecord, 'phase' | 'waiting'> {
  const running = [...steps].filter(([, step]) => isRunning(step)).map(([id]) => id);
  if (running.length > 0) return { phase: `running ${running.join(', ')}`, waiting: null };
  const held = [...tasks.values()].find(({ waiting }) => waiting !== null);
  return held ?? { phase: WAITS_FOR_ITS_STEPS, waiting: null };
}

/**
 * The status of a pipeline, computed from its own record and the records of its tasks. Its workflow does not store the
 * tasks' statuses, so its size does not grow with them.
 * @param tasks by their ids; those that have not begun are absent.
 */
export function composePipeline(
  pipelineId: string,
  record: StatusRecord & { plan: StepPlan[] },
  tasks: ReadonlyMap<string, StatusRecord>,
): StatusRecord {
  const over = isFinal(record.status);
  const steps = new Map(record.plan.map((step) => [step.id, stepStatus(pipelineId, step, tasks, over)]));
  const begun = [...steps.values()].some(({ status }) => status !== 'pending');
  const { phase, waiting } = record.waiting === null ? activity(steps, tasks) : record;
  const error = errorOf(record.result);
  const output = record.result !== null && 'output' in record.result ? record.result.output : null;
  return {
    ...record,
    status: over || !begun ? record.status : 'processing',
    phase: over ? record.status : phase,
    waiting: over ? null : waiting,
    startedAt: earliest([...tasks.values()].map(({ startedAt }) => startedAt)),
    progress: record.status === 'completed' ? 1 : mean([...steps.values()].map(shareOf)),
    result: {
      ...(error === null ? {} : { error }),
      steps: Object.fromEntries(steps),
      output,
    } as StatusRecord['result'],
  };
}
