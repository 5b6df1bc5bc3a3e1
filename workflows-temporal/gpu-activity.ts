import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { AttemptOutcome, GpuActivities } from '../src/contracts/activities.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { fitSummary } from '../src/temporal/limits.ts';

/** Room for an activity to report its own deadline before the server gives up on it. */
const BACKSTOP_SECONDS = 30;

/**
 * Queues the GPU activity of a task with the priority that the workflow has on the server by then.
 * @returns the result alone where an earlier version of the activity ran.
 * @param queueMs how long it may wait for each attempt; for ever when undefined.
 */
export function runOnGpu(task: TaskInput, queueMs: number | undefined): Promise<AttemptOutcome | TaskResult> {
  const activities = proxyActivities<GpuActivities>({
    taskQueue: task.gpuQueue,
    startToCloseTimeout: (task.runSeconds + BACKSTOP_SECONDS) * 1000,
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Unlimited, since polite shutdowns use attempts up too; the activity itself gives up by its manifest.
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
    allowEagerDispatch: false,
    summary: fitSummary(task.summary),
    ...(queueMs === undefined ? {} : { scheduleToStartTimeout: queueMs }),
  });
  // TypeScript does not see that the activity of a task's type takes that task.
  return (activities[task.taskType] as (given: TaskInput) => Promise<AttemptOutcome>)(task);
}
