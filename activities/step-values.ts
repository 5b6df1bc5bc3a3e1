import type { ItemCounts } from '../src/contracts/pipeline-activities.ts';
import type { PipelineInput, PipelineStep } from '../src/contracts/pipeline.ts';
import type { TaskResult } from '../src/contracts/task.ts';
import type { PromiseCache } from '../src/pipelines/promise-cache.ts';
import { stepTaskId } from '../src/pipelines/step-task-id.ts';
import type { Values } from '../src/pipelines/values.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import { latestRun, resultOfRun } from '../src/temporal/step-tasks.ts';

/** A run of a pipeline. */
export interface PipelineRun {
  pipelineId: string;
  runId: string;
  pipeline: PipelineInput;
}

/**
 * The results of a pipeline's tasks, fetched by task id, for the steps that refer to them. Within one run of the
 * pipeline, a result does not change after its first use.
 * @returns also `usedRuns`, the runs of all results used so far. They are needed because equal payloads may name a file
 * that was made again.
 */
export function createStepValues(
  deps: { temporal: Temporal; remember: PromiseCache; status: Pick<StatusStore, 'deletedRun'> },
  { pipelineId, runId, pipeline }: PipelineRun,
  counts: ItemCounts,
): { values: Values; usedRuns: () => string[] } {
  const used = new Set<string>();
  const resultOf = async (step: PipelineStep, index: number | null): Promise<TaskResult | null> => {
    const taskId = stepTaskId(pipelineId, step.id, index);
    const ended = await deps.remember(`${runId} ${taskId}`, async () => {
      const run = await latestRun(deps.temporal, taskId, (one) => deps.status.deletedRun(one));
      if (run.state !== 'completed') return null;
      return { runId: run.runId, result: await resultOfRun(deps.temporal, taskId, run.runId) };
    });
    if (ended !== null) used.add(ended.runId);
    return ended === null ? null : ended.result;
  };
  const values: Values = {
    async resultOf(id, index) {
      const step = pipeline.steps.find((one) => one.id === id);
      if (step === undefined) return undefined;
      if (step.forEach === null) return index === undefined ? resultOf(step, null) : undefined;
      const count = Object.hasOwn(counts, id) ? counts[id] : undefined;
      if (count === undefined) return null;
      if (index !== undefined) return index < count ? resultOf(step, index) : undefined;
      return Promise.all(Array.from({ length: count }, (_, place) => resultOf(step, place)));
    },
  };
  return { values, usedRuns: () => [...used].toSorted() };
}
