import type { WorkflowExecutionInfo } from '@temporalio/client';
import { isWorkType, PIPELINE, TASK_TYPES } from '../contracts/names.ts';
import { eventOf, type Webhook, type WebhookEvent } from '../contracts/webhook-events.ts';
import type { Temporal } from '../temporal/connection.ts';
import type { DescribedTask } from './describe-task.ts';
import { clientKey, priorityAttribute, taskStatusKey, waitingForKey } from '../temporal/search-attributes.ts';
import type { TaskMemo } from '../temporal/task-labels.ts';

/** A run of a task that began or ended. */
export interface RunChange {
  taskId: string;
  runId: string;
  /** ms since 1970 */
  startedAt: number;
  closed: boolean;
  /** Set for a run that ended and whose client wants to be told: how it ended, and where. */
  end?: { webhook: Webhook; event: WebhookEvent; terminated: boolean };
  /** Set for a task that waits for its first turn; all others must be described. */
  task?: DescribedTask;
}

function newTask(run: WorkflowExecutionInfo): DescribedTask | undefined {
  const memo = run.memo as TaskMemo | undefined;
  const attributes = run.typedSearchAttributes;
  const waits = run.status.name === 'RUNNING' && attributes.get(taskStatusKey) === 'pending';
  if (memo === undefined || !waits || attributes.get(waitingForKey) !== undefined) return undefined;
  const { taskType, template = null, acceptedAt: createdAt, tags = [], metadata = null, webhook } = memo;
  return {
    version: { runStartedAt: run.startTime.getTime(), attempt: 0 },
    record: {
      taskType,
      template,
      priority: attributes.get(priorityAttribute) ?? memo.priority,
      client: attributes.get(clientKey) ?? null,
      tags,
      metadata,
      ...(webhook === undefined ? {} : { webhook }),
      createdAt,
      queuedAt: run.startTime.toISOString(),
      status: 'pending',
      phase: 'queued',
      attempts: 0,
      waiting: null,
    },
  };
}

function endOf({ memo, status, type }: WorkflowExecutionInfo): RunChange['end'] {
  const { webhook } = (memo ?? {}) as Partial<TaskMemo>;
  if (webhook === undefined || status.name === 'RUNNING' || !isWorkType(type)) return undefined;
  const event = eventOf(type, status.name === 'COMPLETED' ? 'completed' : 'failed');
  return event === null ? undefined : { webhook, event, terminated: status.name === 'TERMINATED' };
}

/** Runs of tasks that began or ended at or after `since`; if that is null, all that have not ended. */
export async function* listChanges(temporal: Temporal, since: Date | null): AsyncIterable<RunChange> {
  const moment = since?.toISOString();
  const types = [...TASK_TYPES, PIPELINE].map((type) => `"${type}"`).join(', ');
  const which =
    moment === undefined ? 'ExecutionStatus = "Running"' : `(StartTime >= "${moment}" OR CloseTime >= "${moment}")`;
  const query = `WorkflowType IN (${types}) AND ${which}`;
  for await (const run of temporal.client.workflow.list({ query, pageSize: 200 })) {
    // The task has not ended: the run that continues it is listed too.
    if (run.status.name === 'CONTINUED_AS_NEW') continue;
    const task = newTask(run);
    const end = endOf(run);
    yield {
      taskId: run.workflowId,
      runId: run.runId,
      startedAt: run.startTime.getTime(),
      closed: run.status.name !== 'RUNNING',
      ...(end === undefined ? {} : { end }),
      ...(task === undefined ? {} : { task }),
    };
  }
}
