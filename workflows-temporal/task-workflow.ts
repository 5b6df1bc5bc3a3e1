import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { AttemptStarted, ControlActivities, GpuActivities, TaskEnd } from '../src/contracts/activities.ts';
import { ATTEMPT_STARTED_SIGNAL, type TaskStatus } from '../src/contracts/names.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { errorBodyOf } from '../src/temporal/failures.ts';
import { taskStatusKey } from '../src/temporal/search-attributes.ts';

const attemptStarted = defineSignal<[AttemptStarted]>(ATTEMPT_STARTED_SIGNAL);

/** Room for an activity to report its own deadline before the server gives up on it. */
const BACKSTOP_SECONDS = 30;

const { recordTaskEnd } = proxyLocalActivities<ControlActivities>({
  startToCloseTimeout: '3 seconds',
  retry: { maximumAttempts: 2 },
});

const gpuActivities = (task: TaskInput) =>
  proxyActivities<GpuActivities>({
    taskQueue: task.gpuQueue,
    startToCloseTimeout: (task.runSeconds + BACKSTOP_SECONDS) * 1000,
    heartbeatTimeout: '15 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Unlimited, since polite shutdowns use attempts up too; the activity itself gives up by its manifest.
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
    allowEagerDispatch: false,
    summary: task.summary,
  });

function show(status: TaskStatus, details: string): void {
  upsertSearchAttributes([{ key: taskStatusKey, value: status }]);
  setCurrentDetails(details);
}

/**
 * One task from start to end: the GPU activity, scheduled in the first workflow task, and then the record of how it ended.
 * A failed task is a failed workflow whose failure carries the `ErrorBody` as its first detail.
 */
export async function taskWorkflow(task: TaskInput): Promise<TaskResult> {
  let latest: AttemptStarted | undefined;
  let firstStartedAt: string | null = null;
  setHandler(attemptStarted, (started) => {
    latest = started;
    firstStartedAt ??= started.startedAt;
    show('processing', `Running on \`${started.gpuId}\` since ${started.startedAt}, attempt ${started.attempt}`);
  });

  const record = (outcome: TaskEnd['outcome']) =>
    CancellationScope.nonCancellable(
      () =>
        recordTaskEnd({
          taskType: task.taskType,
          priority: task.priority,
          acceptedAt: task.acceptedAt,
          startedAt: firstStartedAt,
          attempts: latest?.attempt ?? 0,
          outcome,
        }),
      // Best effort: the reconciler repairs what this misses.
    ).catch(() => undefined);

  try {
    const result = await gpuActivities(task)[task.taskType](task);
    show('completed', `Completed: \`${result.output_path}\``);
    await record({ status: 'completed', result });
    return result;
  } catch (failure) {
    const error = errorBodyOf(failure);
    show('failed', `Failed (\`${error.code}\`): ${error.message}\n\n${error.hint}`);
    await record({ status: 'failed', result: { error } });
    if (error.code === 'cancelled') throw failure;
    throw ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable: true,
      details: [error],
      cause: failure as Error,
    });
  }
}
