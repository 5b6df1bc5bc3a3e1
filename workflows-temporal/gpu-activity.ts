import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { AttemptOutcome, GpuActivities } from '../src/contracts/activities.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { fitSummary } from '../src/temporal/fit-texts.ts';

/** The time for an activity to report its deadline before the server gives up on it. */
const BACKSTOP_SECONDS = 30;

/**
 * Queues the GPU activity of a task with the present priority of the workflow on the server.
 * @param queueMs how long it may wait for each attempt; undefined for no limit.
 * @returns only the result if an earlier version of the activity ran.
 */
export function runOnGpu(task: TaskInput, queueMs: number | undefined): Promise<AttemptOutcome | TaskResult> {
  const activities = proxyActivities<GpuActivities>({
    taskQueue: task.gpuQueue,
    startToCloseTimeout: (task.runSeconds + BACKSTOP_SECONDS) * 1000,
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Unlimited, because shutdowns of workers count as attempts too. The activity itself gives up, based on its
    // manifest.
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
    allowEagerDispatch: false,
    summary: fitSummary(task.summary),
    ...(queueMs === undefined ? {} : { scheduleToStartTimeout: queueMs }),
  });
  // TypeScript cannot infer that the activity of a task type takes a task of that type.
  return (activities[task.taskType] as (given: TaskInput) => Promise<AttemptOutcome>)(task);
}
