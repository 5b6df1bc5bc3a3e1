import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  ContinueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AttemptStarted, ControlActivities, GpuActivities, TaskEnd } from '../src/contracts/activities.ts';
import {
  ATTEMPT_STARTED_SIGNAL,
  ENGINE_BACK_SIGNAL,
  ENGINE_NAMES,
  type Engine,
  type TaskStatus,
} from '../src/contracts/names.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { ERRORS, type ErrorBody } from '../src/errors.ts';
import { errorBodyOf } from '../src/temporal/failures.ts';
import { taskStatusKey, waitingForKey } from '../src/temporal/search-attributes.ts';

const attemptStarted = defineSignal<[AttemptStarted]>(ATTEMPT_STARTED_SIGNAL);
const engineBack = defineSignal(ENGINE_BACK_SIGNAL);

/** Room for an activity to report its own deadline before the server gives up on it. */
const BACKSTOP_SECONDS = 30;

const { recordTaskEnd, recordTaskWaits } = proxyLocalActivities<ControlActivities>({
  startToCloseTimeout: '3 seconds',
  retry: { maximumAttempts: 2 },
});

/** An engine that nobody announces is tried again after so long. */
const LONGEST_WAIT = '10 minutes';

function runOnGpu(task: TaskInput): Promise<TaskResult> {
  const activities = proxyActivities<GpuActivities>({
    taskQueue: task.gpuQueue,
    startToCloseTimeout: (task.runSeconds + BACKSTOP_SECONDS) * 1000,
    heartbeatTimeout: '10 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Unlimited, since polite shutdowns use attempts up too; the activity itself gives up by its manifest.
    retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
    allowEagerDispatch: false,
    summary: task.summary,
  });
  // TypeScript does not see that the activity of a task's type takes that task.
  return (activities[task.taskType] as (given: TaskInput) => Promise<TaskResult>)(task);
}

/** What earlier runs of a task leave for the next one when its history has grown long. */
interface Before {
  attempts: number;
  /** Of the first attempt. */
  startedAt: string | null;
}
const NOTHING_BEFORE: Before = { attempts: 0, startedAt: null };

function rethrowCancellation(error: unknown): void {
  if (isCancellation(error)) throw error as Error;
}

/**
 * One task from start to end: the GPU activity, scheduled in the first workflow task, and then the record of how it ended.
 * When the engine is away before it got the work, the slot is given back and the task waits until the engine is back.
 * A failed task is a failed workflow whose failure carries the `ErrorBody` as its first detail.
 */
export async function taskWorkflow(task: TaskInput, before: Before = NOTHING_BEFORE): Promise<TaskResult> {
  const { taskType, priority, acceptedAt, summary } = task;
  let { attempts, startedAt } = before;
  const show = (status: TaskStatus, details: string): void => {
    upsertSearchAttributes([{ key: taskStatusKey, value: status }]);
    // The static summary does not outlive a reset or a new history; this does.
    setCurrentDetails(`${summary}\n\n${details}`);
  };
  let engineIsBack = false;
  setHandler(attemptStarted, (started) => {
    attempts = started.attempt;
    startedAt ??= started.startedAt;
    show('processing', `Running on \`${started.gpuId}\` since ${started.startedAt}, attempt ${started.attempt}`);
  });
  setHandler(engineBack, () => {
    engineIsBack = true;
  });
  const about = () => ({ taskType, priority, acceptedAt, attempts });

  const waitForEngine = async ({ message: reason, hint }: ErrorBody): Promise<void> => {
    engineIsBack = false;
    const engine = taskType as Engine;
    const since = new Date().toISOString();
    show('pending', `Waiting for ${ENGINE_NAMES[engine]} since ${since}: ${reason}\n\n${hint}`);
    upsertSearchAttributes([{ key: waitingForKey, value: engine }]);
    await recordTaskWaits({ ...about(), waiting: { for: engine, since, reason, hint } }).catch(rethrowCancellation);
    await condition(() => engineIsBack, LONGEST_WAIT);
    upsertSearchAttributes([{ key: waitingForKey, value: null }]);
    show('pending', `Queued again, ${ENGINE_NAMES[engine]} was away since ${since}`);
  };

  /** The attempt first, so that nothing stands between the task and its place in the queue; then its projection. */
  const runAgain = async (): Promise<TaskResult> => {
    // Each attempt repeats the input in the history, and an outage may last.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof taskWorkflow>(task, { attempts, startedAt });
    const result = runOnGpu(task);
    const queued = recordTaskWaits({ ...about(), waiting: null }).catch(() => undefined);
    return (await Promise.all([result, queued]))[0];
  };

  const run = async (): Promise<TaskResult> => {
    let attempt = runOnGpu(task);
    for (;;) {
      try {
        return await attempt;
      } catch (failure) {
        const error = errorBodyOf(failure);
        if (ERRORS[error.code].class !== 'unavailable') throw failure;
        await waitForEngine(error);
        attempt = runAgain();
      }
    }
  };

  // Best effort: the reconciler repairs what this misses.
  const recordEnd = (outcome: TaskEnd['outcome']) =>
    CancellationScope.nonCancellable(() => recordTaskEnd({ ...about(), startedAt, outcome })).catch(() => undefined);

  try {
    const result = await run();
    show('completed', 'Completed');
    await recordEnd({ status: 'completed', result });
    return result;
  } catch (failure) {
    if (failure instanceof ContinueAsNew) throw failure;
    const error = errorBodyOf(failure);
    show('failed', `Failed (\`${error.code}\`): ${error.message}\n\n${error.hint}`);
    await recordEnd({ status: 'failed', result: { error } });
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
