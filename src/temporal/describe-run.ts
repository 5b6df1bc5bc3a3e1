import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import type { Temporal } from './connection.ts';

/** `temporal.api.enums.v1.PendingActivityState`; the first one also in `PendingWorkflowTaskState`. */
export const STARTED = 2;
export const CANCEL_REQUESTED = 3;

/**
 * Describes a run of a workflow. Strongly consistent, unlike lists.
 * @param runId the latest run when left out.
 * @returns null when there is no such workflow.
 * @throws a gRPC error when Temporal does not answer.
 */
export function describeRun(
  { client }: Temporal,
  workflowId: string,
  runId?: string,
): Promise<WorkflowExecutionDescription | null> {
  return client.workflow
    .getHandle(workflowId, runId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
}
