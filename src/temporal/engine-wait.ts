import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { ENGINES } from '../contracts/engines.ts';
import type { ServerEngine } from '../contracts/names.ts';
import type { Waiting } from '../contracts/task-status.ts';
import type { Temporal } from './connection.ts';
import { errorBodyOf } from './failures.ts';

/** Enough for the priority changes that may follow the failure. */
const MOST_EVENTS = 30;

/** Why and since when a run has waited for its engine, from the failure of its last attempt. */
export async function engineWait(
  temporal: Temporal,
  engine: ServerEngine,
  { workflowId, runId, startTime }: { workflowId: string; runId: string; startTime: Date },
): Promise<Waiting> {
  const { history } = await temporal.connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: MOST_EVENTS,
  });
  const event = history?.events?.find(({ activityTaskFailedEventAttributes: failed }) => failed?.failure != null);
  const failure = event?.activityTaskFailedEventAttributes?.failure;
  if (event == null || failure == null)
    return {
      for: engine,
      since: startTime.toISOString(),
      reason: `${ENGINES[engine].label} is away`,
      hint: 'The task resumes by itself when the engine is back.',
    };
  const { message: reason, hint } = errorBodyOf(
    defaultFailureConverter.failureToError(failure, defaultPayloadConverter),
  );
  return { for: engine, since: new Date(tsToMs(event.eventTime)).toISOString(), reason, hint };
}
