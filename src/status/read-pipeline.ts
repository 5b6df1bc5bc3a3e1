import type { StepPlan } from '../contracts/pipeline.ts';
import { composePipeline, taskIdsOf } from './compose-pipeline.ts';
import { isFinal, type StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

export interface ReadPipelineDeps {
  store: Pick<StatusStore, 'read'>;
  /** A task's record from Redis or Temporal. */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  /** The ids of a pipeline's tasks that have begun, from Temporal. May reject. */
  listStepTasks: (pipelineId: string) => Promise<string[]>;
}

/** Whether all steps that a step needs have ended, so that its tasks should have begun. */
const isDue = (
  pipelineId: string,
  step: StepPlan,
  plan: readonly StepPlan[],
  tasks: ReadonlyMap<string, StatusRecord>,
): boolean =>
  plan
    .filter(({ id }) => step.after.includes(id))
    .every((one) => taskIdsOf(pipelineId, one).every((id) => isFinal(tasks.get(id)?.status ?? 'pending')));

/**
 * Adds the statuses of its tasks to the record of a pipeline. They are read from Redis. Only tasks that should have
 * begun but are missing there, because Redis lost them or is away, are read from Temporal.
 */
export function createReadPipeline(
  deps: ReadPipelineDeps,
): (pipelineId: string, record: StatusRecord) => Promise<StatusRecord> {
  const stored = async (ids: readonly string[]): Promise<Map<string, StatusRecord>> => {
    const records = await Promise.all(ids.map((id) => deps.store.read(id).catch(() => null)));
    return new Map(records.flatMap((record, place) => (record === null ? [] : [[ids[place] ?? '', record] as const])));
  };
  return async (pipelineId, record) => {
    const { plan } = record;
    if (plan === undefined) return record;
    const ids = plan.flatMap((step) => taskIdsOf(pipelineId, step));
    const tasks = await stored(ids);
    const isMissing = (id: string): boolean => !tasks.has(id);
    const due = plan.filter((step) => isDue(pipelineId, step, plan, tasks));
    if (due.some((step) => taskIdsOf(pipelineId, step).some(isMissing))) {
      const begun = new Set(await deps.listStepTasks(pipelineId).catch(() => []));
      const found = ids.filter((id) => isMissing(id) && begun.has(id));
      const records = await Promise.all(found.map((id) => deps.readStatus(id).catch(() => null)));
      for (const [place, task] of records.entries()) if (task !== null) tasks.set(found[place] ?? '', task);
    }
    return composePipeline(pipelineId, { ...record, plan }, tasks);
  };
}
