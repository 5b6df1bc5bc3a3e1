import { tsToMs } from '@temporalio/common/lib/time.js';
import { WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import { ENGINES } from '../contracts/engines.ts';
import { isWorkType, PIPELINE, type ServerEngine } from '../contracts/names.ts';
import type { PipelineInput, PipelineResult } from '../contracts/pipeline.ts';
import type { TaskResult } from '../contracts/task.ts';
import { FOR_TIME, timeWait, WAITS_FOR_TIME } from '../contracts/time-wait.ts';
import { planOf, readNotes } from '../pipelines/plan.ts';
import type { Outcome, StatusRecord, StatusVersion } from './record.ts';
import type { Temporal } from '../temporal/connection.ts';
import { CANCEL_REQUESTED, describeRun, STARTED } from '../temporal/describe-run.ts';
import { engineWait } from '../temporal/engine-wait.ts';
import { clientKey, pipelineKey, priorityAttribute, stepKey, waitingForKey } from '../temporal/search-attributes.ts';
import { errorBodyOf } from '../temporal/failures.ts';
import type { TaskMemo } from '../temporal/task-labels.ts';
import { workflowInput } from '../temporal/workflow-input.ts';

/** A task as Temporal knows it. */
export interface DescribedTask {
  version: StatusVersion;
  record: Partial<StatusRecord> & Pick<StatusRecord, 'status' | 'taskType' | 'priority' | 'createdAt'>;
}

async function outcomeOf(temporal: Temporal, taskId: string, runId: string): Promise<Outcome> {
  try {
    const result: TaskResult | PipelineResult = await temporal.client.workflow
      .getHandle(taskId, runId, { followRuns: false })
      .result();
    return { status: 'completed', result };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { status: 'failed', result: { error: errorBodyOf(error.cause) } };
  }
}

/** The fields of a task that waits for its scheduled time; undefined for all others. */
function waitForTime({
  typedSearchAttributes,
  memo,
}: WorkflowExecutionDescription): Pick<StatusRecord, 'phase' | 'waiting'> | undefined {
  const { acceptedAt, runAt } = (memo ?? {}) as TaskMemo;
  if (typedSearchAttributes.get(waitingForKey) !== FOR_TIME || runAt === undefined) return undefined;
  return { phase: WAITS_FOR_TIME, waiting: timeWait(acceptedAt, runAt) };
}

async function running(
  temporal: Temporal,
  description: WorkflowExecutionDescription,
): Promise<{
  attempt: number;
  fields: Partial<StatusRecord> & Pick<StatusRecord, 'status'>;
}> {
  const pending = description.raw.pendingActivities?.[0];
  const attempt = pending?.attempt ?? 0;
  if (pending?.state === STARTED)
    return { attempt, fields: { status: 'processing', phase: 'running', attempts: attempt, waiting: null } };
  // The engine is still working on it.
  if (pending?.state === CANCEL_REQUESTED)
    return { attempt, fields: { status: 'processing', phase: 'cancelling', attempts: attempt, waiting: null } };
  // An activity that waits for its next attempt has been processing before, so clients still see `processing`.
  if (pending != null && attempt > 1)
    return {
      attempt: attempt - 1,
      fields: { status: 'processing', phase: 'waiting to be tried again', attempts: attempt - 1 },
    };
  const later = waitForTime(description);
  if (later !== undefined) return { attempt: 0, fields: { status: 'pending', attempts: 0, ...later } };
  const engine = description.typedSearchAttributes.get(waitingForKey) as ServerEngine | undefined;
  if (engine !== undefined) {
    const waiting = await engineWait(temporal, engine, description);
    return {
      attempt: 0,
      fields: { status: 'pending', phase: `waiting for ${ENGINES[engine].label}`, attempts: 0, waiting },
    };
  }
  const queuedAt = pending?.scheduledTime == null ? description.startTime : new Date(tsToMs(pending.scheduledTime));
  return {
    attempt: 0,
    fields: { status: 'pending', phase: 'queued', attempts: 0, waiting: null, queuedAt: queuedAt.toISOString() },
  };
}

/**
 * A pipeline waits for its tasks, never for the GPU. Its plan is its input with the changes that the run has recorded.
 */
async function pipelineFields(
  temporal: Temporal,
  { workflowId, runId, memo }: WorkflowExecutionDescription,
): Promise<Partial<StatusRecord>> {
  const { steps } = await workflowInput<PipelineInput>(temporal, { workflowId, runId });
  return { plan: readNotes(planOf(steps), memo ?? {}), queuedAt: null };
}

/**
 * The status of a task, or of a pipeline, from Temporal.
 * @param runId the latest run when left out.
 * @returns null when no such task exists.
 * @throws a gRPC error when Temporal does not answer.
 */
export async function describeTask(temporal: Temporal, taskId: string, runId?: string): Promise<DescribedTask | null> {
  const description = await describeRun(temporal, taskId, runId);
  if (description === null || !isWorkType(description.type)) return null;
  const memo = description.memo as TaskMemo | undefined;
  if (memo === undefined) return null;
  const runStartedAt = description.startTime.getTime();
  const { taskType, template = null, acceptedAt: createdAt, tags = [], metadata = null, webhook } = memo;
  const attributes = description.typedSearchAttributes;
  // The memo always has the first priority.
  const priority = attributes.get(priorityAttribute) ?? memo.priority;
  const called = webhook === undefined ? {} : { webhook };
  const labels = { client: attributes.get(clientKey) ?? null, tags, metadata, ...called };
  const [pipelineId, stepName] = [attributes.get(pipelineKey), attributes.get(stepKey)];
  const isStep = pipelineId !== undefined && stepName !== undefined;
  const step = isStep ? { step: { pipeline: pipelineId, name: stepName } } : {};
  const pipeline = taskType === PIPELINE ? await pipelineFields(temporal, description) : {};
  const known = { taskType, priority, template, createdAt, ...labels, ...step, ...pipeline };
  if (description.status.name === 'RUNNING' && taskType === PIPELINE)
    return {
      version: { runStartedAt, attempt: 0 },
      record: { ...known, status: 'pending', phase: 'running', ...waitForTime(description) },
    };
  if (description.status.name === 'RUNNING') {
    const { attempt, fields } = await running(temporal, description);
    return { version: { runStartedAt, attempt }, record: { ...known, ...fields } };
  }
  const outcome = await outcomeOf(temporal, taskId, description.runId);
  return {
    version: { runStartedAt, attempt: 0 },
    record: {
      ...known,
      ...outcome,
      phase: outcome.status,
      waiting: null,
      finishedAt: (description.closeTime ?? new Date()).toISOString(),
      ...(outcome.status === 'completed' ? { progress: 1 } : {}),
    },
  };
}
