import { TASK_TYPES } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';

/** A run of a task that began or ended. */
export interface RunChange {
  taskId: string;
  runId: string;
  /** ms since 1970 */
  startedAt: number;
  closed: boolean;
}

/** Runs of tasks that began or ended at or after `since`. */
export async function* listChanges(temporal: Temporal, since: Date): AsyncIterable<RunChange> {
  const moment = since.toISOString();
  const types = TASK_TYPES.map((type) => `"${type}"`).join(', ');
  const query = `WorkflowType IN (${types}) AND (StartTime >= "${moment}" OR CloseTime >= "${moment}")`;
  for await (const run of temporal.client.workflow.list({ query, pageSize: 200 })) {
    // Not an end: the run that goes on in its place is listed too.
    if (run.status.name === 'CONTINUED_AS_NEW') continue;
    yield {
      taskId: run.workflowId,
      runId: run.runId,
      startedAt: run.startTime.getTime(),
      closed: run.status.name !== 'RUNNING',
    };
  }
}
