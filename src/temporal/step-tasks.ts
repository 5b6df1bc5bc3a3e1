import { PIPELINE } from '../contracts/names.ts';
import type { TaskResult } from '../contracts/task.ts';
import type { Temporal } from './connection.ts';
import { describeRun } from './describe-run.ts';
import type { TaskMemo } from './task-labels.ts';

/** The ids of a pipeline's tasks that have begun, from Temporal's visibility, which lags by a few hundred ms. */
export async function listStepTasks({ client }: Temporal, pipelineId: string, only = ''): Promise<string[]> {
  const tasks = new Set<string>();
  const query = `Pipeline = "${pipelineId}" AND WorkflowType != "${PIPELINE}"${only}`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 500 })) tasks.add(workflowId);
  return [...tasks];
}

/** The latest run of a step's task. */
export type StepRun =
  | { state: 'none' | 'running' | 'failed' }
  | { state: 'completed'; runId: string; payloadHash: string | undefined };

/**
 * @param deletedRun see `StatusStore`: Temporal forgets a deleted task some seconds later.
 * @throws a gRPC error when Temporal does not answer.
 */
export async function latestRun(
  temporal: Temporal,
  taskId: string,
  deletedRun: (taskId: string) => Promise<number | null>,
): Promise<StepRun> {
  const run = await describeRun(temporal, taskId);
  if (run === null) return { state: 'none' };
  if (run.status.name === 'RUNNING') return { state: 'running' };
  const deleted = await deletedRun(taskId).catch(() => null);
  if (deleted !== null && run.startTime.getTime() <= deleted) return { state: 'none' };
  if (run.status.name !== 'COMPLETED') return { state: 'failed' };
  return { state: 'completed', runId: run.runId, payloadHash: (run.memo as TaskMemo | undefined)?.payloadHash };
}

/** The result of a completed run. */
export const resultOfRun = ({ client }: Temporal, taskId: string, runId: string): Promise<TaskResult> =>
  client.workflow.getHandle(taskId, runId, { followRuns: false }).result();
