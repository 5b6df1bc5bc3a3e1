import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { AttemptOutcome, GpuActivities } from '../src/contracts/activities.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { fitSummary } from '../src/temporal/limits.ts';

/** Time for an activity to report that its deadline passed before the server gives up on it. */
const BACKSTOP_SECONDS = 30;

/**
 * Queues the GPU activity of a task, with the priority that the workflow has on the server by then.
 * @param queueMs how long it may wait for each attempt; without limit when undefined.
 * @returns the result alone if an earlier version of the activity ran.
 */
export function runOnGpu(task: TaskInput, queueMs: number | undefined): Promise<AttemptOutcome | TaskResult> {
  const activities = proxyActivities<GpuActivities>({
    taskQueue: task.gpuQueue,
    startToCloseTimeout: (task.runSeconds + BACKSTOP_SECONDS) * 1000,
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Unlimited, because orderly shutdowns count as attempts too; the activity itself gives up, by its manifest.
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
    allowEagerDispatch: false,
    summary: fitSummary(task.summary),
    ...(queueMs === undefined ? {} : { scheduleToStartTimeout: queueMs }),
  });
  // TypeScript cannot see that the activity of a task type takes a task of that type.
  return (activities[task.taskType] as (given: TaskInput) => Promise<AttemptOutcome>)(task);
}
