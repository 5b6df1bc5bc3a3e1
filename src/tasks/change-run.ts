import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { isWorkType } from '../contracts/names.ts';
import { AppError } from '../errors.ts';
import { ANSWER_MS, busyWords, isNotFound, isServerAway, type Temporal } from '../temporal/connection.ts';
import { describeRun } from '../temporal/describe-run.ts';

/** A busy server refuses calls for a while. */
const BUSY_MS = 25_000;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 500;

async function describeOrRefuse(temporal: Temporal, taskId: string): Promise<WorkflowExecutionDescription> {
  const run = await describeRun(temporal, taskId);
  if (run === null || !isWorkType(run.type)) throw new AppError('task_not_found', taskId);
  return run;
}

/**
 * Describes the latest run of a task and changes it. If the server is busy, or the run ended in between, both are tried
 * again for up to 25 s, so `change` must be safe to repeat. A server that does not answer is given up after 5 s.
 * @throws {AppError} `task_not_found`; `task_over` if the run ended meanwhile; `operation_unavailable` if the server
 * does not answer.
 */
export async function changeRun<T>(
  temporal: Temporal,
  taskId: string,
  change: (run: WorkflowExecutionDescription) => Promise<T>,
): Promise<T> {
  const until = Date.now() + BUSY_MS;
  const within = <R>(call: () => Promise<R>): Promise<R> =>
    temporal.connection.withDeadline(Math.min(until, Date.now() + ANSWER_MS), call);
  for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(2 * backoff, LONGEST_BACKOFF_MS)) {
    try {
      const run = await within(() => describeOrRefuse(temporal, taskId));
      return await within(() => change(run));
    } catch (error) {
      const isOver = isNotFound(error);
      const busy = busyWords(error);
      if ((isOver || busy !== undefined) && Date.now() + backoff < until) {
        await delay(backoff);
        continue;
      }
      if (isOver) throw new AppError('task_over', undefined, { cause: error });
      if (busy !== undefined || isServerAway(error))
        throw new AppError('operation_unavailable', busy, { cause: error });
      throw error;
    }
  }
}

/** How a run ended, in words. */
const ENDED: Readonly<Partial<Record<WorkflowExecutionDescription['status']['name'], string>>> = {
  COMPLETED: 'it completed',
  FAILED: 'it failed',
  TIMED_OUT: 'it failed',
  CANCELLED: 'it was cancelled',
  TERMINATED: 'it was terminated',
};

/** @throws {AppError} `task_over`, which says how the run ended */
export function requireRunning({ status }: WorkflowExecutionDescription): void {
  if (status.name !== 'RUNNING') throw new AppError('task_over', ENDED[status.name]);
}
