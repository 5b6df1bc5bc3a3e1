import { setTimeout as delay } from 'node:timers/promises';
import { PIPELINE, PRIORITY_CHANGED_SIGNAL } from '../contracts/names.ts';
import { changeRun, requireRunning } from './change-run.ts';
import { isNotFound, type Temporal } from '../temporal/connection.ts';
import { STARTED } from '../temporal/describe-run.ts';
import { priorityKey } from '../temporal/priority.ts';
import { priorityAttribute } from '../temporal/search-attributes.ts';
import type { TaskMemo } from '../temporal/task-labels.ts';

/** Each wait is twice as long as the one before, because the server may be busy. */
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 320;
const LONGEST_MS = 2000;

/**
 * The queued activities of a run. A workflow task that is running while the workflow's priority changes queues its
 * activity with the old priority, so this waits for its end.
 */
async function queuedActivities(temporal: Temporal, taskId: string): Promise<string[]> {
  const handle = temporal.client.workflow.getHandle(taskId);
  const until = performance.now() + LONGEST_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const { pendingActivities, pendingWorkflowTask } = (await handle.describe()).raw;
    if (pendingWorkflowTask?.state !== STARTED || performance.now() > until)
      return (pendingActivities ?? []).map(({ activityId }) => activityId ?? '');
    await delay(wait);
  }
}

/**
 * Changes the priority of a task, 0–100, for its present turn in the queue and all later ones. A waiting task moves
 * behind the tasks that already have this priority. For a running task, the new priority counts from its next attempt
 * on.
 * @returns the priority of a pipeline before the change, which its tasks have too; null for a task.
 * @throws {AppError} `task_not_found`, `task_over`, `operation_unavailable`
 */
export async function changePriority(
  temporal: Temporal,
  taskId: string,
  priority: number,
  priorityLevels: number,
): Promise<number | null> {
  const { namespace } = temporal.client.options;
  const { workflowService } = temporal.connection;
  const execution = { workflowId: taskId };
  const change = { priority: { priorityKey: priorityKey(priority, priorityLevels) } };
  const updateMask = { paths: ['priority'] };
  let before: number | null | undefined;
  return changeRun(temporal, taskId, async (run) => {
    requireRunning(run);
    // The first look counts: an attempt whose answer was lost may have changed it.
    before ??=
      run.type === PIPELINE
        ? (run.typedSearchAttributes.get(priorityAttribute) ?? (run.memo as TaskMemo).priority)
        : null;
    // The workflow first: then everything that it queues has the new priority.
    await workflowService.updateWorkflowExecutionOptions({
      namespace,
      workflowExecution: execution,
      workflowExecutionOptions: change,
      updateMask,
    });
    for (const id of await queuedActivities(temporal, taskId)) {
      await workflowService
        .updateActivityOptions({ namespace, execution, id, activityOptions: change, updateMask })
        .catch((error: unknown) => {
          // It has ended meanwhile.
          if (!isNotFound(error)) throw error;
        });
    }
    await temporal.client.workflow.getHandle(taskId).signal(PRIORITY_CHANGED_SIGNAL, priority);
    return before;
  });
}
