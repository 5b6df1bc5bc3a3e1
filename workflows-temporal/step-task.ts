import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  type Workflow,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { PipelineActivities, StepReady } from '../src/contracts/pipeline-activities.ts';
import { fitDetails, fitSummary } from '../src/temporal/fit-texts.ts';
import { attributesOf, memoOf } from '../src/temporal/task-labels.ts';

const { waitForTask } = proxyActivities<PipelineActivities>({
  startToCloseTimeout: '30 days',
  heartbeatTimeout: '30 seconds',
});

/**
 * Starts the task of a step. A task with the same id may have run before. @returns undefined if a task with that id is
 * running.
 */
export async function startStep(
  { taskId, task, details, priorityKey }: Extract<StepReady, { kind: 'start' }>,
  client: string | null,
): Promise<ChildWorkflowHandle<Workflow> | undefined> {
  try {
    return await startChild(task.taskType, {
      workflowId: taskId,
      args: [task],
      priority: { priorityKey },
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      // If an operator terminates the pipeline, its tasks must stop their engines too.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      memo: memoOf(task),
      typedSearchAttributes: attributesOf(taskId, task, client ?? undefined),
      staticSummary: fitSummary(task.summary),
      staticDetails: fitDetails(details),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

/**
 * Waits for the end of a task that an earlier run of the pipeline started. A cancel of the pipeline cancels this task
 * too.
 */
export async function waitForEarlierTask(taskId: string): Promise<void> {
  try {
    await waitForTask(taskId);
  } catch (error) {
    if (isCancellation(error))
      await CancellationScope.nonCancellable(() => getExternalWorkflowHandle(taskId).cancel()).catch(() => undefined);
    throw error;
  }
}
