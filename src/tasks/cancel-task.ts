import { WorkflowFailedError } from '@temporalio/client';
import { changeRun, requireRunning } from './change-run.ts';
import { busyWords, isNotFound, isServerAway, type Temporal } from '../temporal/connection.ts';

/** A waiting task ends well within this time. */
const WAIT_MS = 1000;

/**
 * Cancels a task. A waiting task ends at once; a running one ends when its engine has stopped.
 * @param waitMs how long to wait for its end.
 * @returns whether it has ended.
 * @throws {AppError} `task_not_found`, `task_over`, `operation_unavailable`
 */
export async function cancelTask(temporal: Temporal, taskId: string, waitMs = WAIT_MS): Promise<boolean> {
  const handle = temporal.client.workflow.getHandle(taskId);
  await changeRun(temporal, taskId, async (run) => {
    requireRunning(run);
    await handle.cancel();
  });
  try {
    await temporal.connection.withDeadline(Date.now() + waitMs, () => handle.result());
    return true;
  } catch (error) {
    if (error instanceof WorkflowFailedError || isNotFound(error)) return true;
    // The server has accepted the cancellation.
    if (isServerAway(error) || busyWords(error) !== undefined) return false;
    throw error;
  }
}
