import { defaultPayloadConverter } from '@temporalio/common';
import { AppError } from '../errors.ts';
import type { Temporal } from './connection.ts';

/** The input of a run, from its history. A run after a reset begins with the first event of the original run. */
export async function workflowInput<T>(
  temporal: Temporal,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<T> {
  const { history } = await temporal.connection.workflowService.getWorkflowExecutionHistory({
    namespace: temporal.client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (payload == null)
    throw new AppError('internal_error', `the history of ${workflowId} does not begin with its input`);
  return defaultPayloadConverter.fromPayload<T>(payload);
}
