import type { PipelineStatus, StepStatus, StepTaskStatus } from '../contracts/pipeline.ts';
import { isFinal, type StatusRecord } from './record.ts';

/** While a pipeline with more tasks runs, its status is compact, unless the client requests the full status. */
export const MOST_SHOWN_TASKS = 20;

const countTasks = (steps: readonly StepStatus[]): number =>
  steps.reduce((sum, step) => sum + ('items' in step ? (step.items?.length ?? 0) : 1), 0);

/** The number of items of a step in each state. */
function countsOf(items: readonly StepTaskStatus[]) {
  const counts = { total: items.length, pending: 0, processing: 0, completed: 0, failed: 0 };
  for (const { status } of items) counts[status] += 1;
  return counts;
}

const compactStep = (step: StepStatus): StepStatus =>
  'items' in step
    ? { ...step, items: null, result: null, ...(step.items === null ? {} : { item_counts: countsOf(step.items) }) }
    : { ...step, result: null };

/**
 * Shortens the status of a large pipeline: leaves out the results of its steps, and replaces the items of a step by
 * their counts.
 * @param full whether to show everything; undefined for the default: everything for a small pipeline and for one that
 * has ended.
 */
export function compactPipeline(record: StatusRecord, full: boolean | undefined): StatusRecord {
  const { result, status } = record;
  if (full === true || result === null || !('steps' in result)) return record;
  const { steps, ...rest } = result as unknown as PipelineStatus;
  const isLarge = countTasks(Object.values(steps)) > MOST_SHOWN_TASKS;
  if (full !== false && (isFinal(status) || !isLarge)) return record;
  const compact = Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, compactStep(step)]));
  return { ...record, result: { ...rest, steps: compact, compact: true } as unknown as StatusRecord['result'] };
}
