import { PIPELINE } from '../contracts/names.ts';
import type { PipelineInput, PipelineStep } from '../contracts/pipeline.ts';
import type { TaskInput } from '../contracts/task.ts';
import type { Temporal } from './connection.ts';
import { withoutCredentials } from '../text/without-credentials.ts';
import { describeRun } from './describe-run.ts';
import { workflowInput } from './workflow-input.ts';

/** The same value without the credentials of addresses, which the steps of a pipeline may have. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)]));
}

const stepOf = (step: PipelineStep): Record<string, unknown> => ({
  id: step.id,
  task_type: step.taskType,
  payload: shown(step.payload),
  priority: step.priority,
  timeouts: { queue_seconds: step.queueSeconds, run_seconds: step.runSeconds },
  on_error: step.onError,
  for_each: shown(step.forEach),
  depends_on: step.after,
});

export interface AcceptedInput {
  input: Record<string, unknown>;
  step: { pipeline: string; name: string } | null;
  /** The trace of the submission. */
  traceparent: string | null;
}

/**
 * What was accepted as a task or a pipeline, in the words of the API: of a task, the payload with all values filled in.
 * @returns null when there is no such task; `traceparent` is that of the submission. @throws a gRPC error when Temporal does not answer.
 */
export async function readAcceptedInput(temporal: Temporal, taskId: string): Promise<AcceptedInput | null> {
  const run = await describeRun(temporal, taskId);
  if (run === null) return null;
  const task = await workflowInput<TaskInput | PipelineInput>(temporal, run);
  const traceparent = task.labels?.traceparent ?? null;
  const shared = {
    task_type: task.taskType,
    priority: task.priority,
    ...(task.runAt === undefined ? {} : { run_at: task.runAt }),
  };
  if (task.taskType === PIPELINE)
    return { input: { ...shared, steps: task.steps.map(stepOf), output: task.output }, step: null, traceparent };
  const timeouts = { queue_seconds: task.queueSeconds ?? null, run_seconds: task.runSeconds };
  return {
    input: { ...shared, timeouts, payload: task.input },
    step: task.step === undefined ? null : { pipeline: task.step.pipelineId, name: task.step.step },
    traceparent,
  };
}
