import {
  CancellationScope,
  condition,
  continueAsNew,
  ContinueAsNew,
  defineSignal,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { AttemptStarted, ControlActivities, TaskEnd, TaskSoFar } from '../src/contracts/activities.ts';
import { ENGINES } from '../src/contracts/engines.ts';
import {
  ATTEMPT_STARTED_SIGNAL,
  ENGINE_BACK_SIGNAL,
  PRIORITY_CHANGED_SIGNAL,
  type ServerEngine,
  type TaskStatus,
} from '../src/contracts/names.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { templateOf } from '../src/contracts/template-of.ts';
import { wantsEvent } from '../src/contracts/webhook-events.ts';
import { AppError, type ErrorBody } from '../src/errors.ts';
import { classOf, errorBodyOf, toApplicationFailure } from '../src/temporal/failures.ts';
import { fitDetails } from '../src/temporal/fit-texts.ts';
import { priorityAttribute, taskStatusKey, waitingForKey } from '../src/temporal/search-attributes.ts';
import { failedRun } from './failed-run.ts';
import { runOnGpu } from './gpu-activity.ts';
import { createQueueClock } from './queue-clock.ts';
import { recordingActivities } from './recording.ts';

const attemptStarted = defineSignal<[AttemptStarted]>(ATTEMPT_STARTED_SIGNAL);
const engineBack = defineSignal(ENGINE_BACK_SIGNAL);
const priorityChanged = defineSignal<[number]>(PRIORITY_CHANGED_SIGNAL);

const { announceTaskStart, recordPriority, recordTaskEnd, recordTaskWaits } = recordingActivities<ControlActivities>();

/** Without a signal that the engine is back, it is tried again after this time. */
const LONGEST_WAIT_MS = 600_000;
/** If the engine returns just before the limit, the task still gets this much time. */
const SHORTEST_TURN_MS = 1000;

/** The state that a run hands over to the next one when its history has grown long. */
interface Before {
  attempts: number;
  /** When the first attempt started, ISO 8601. */
  startedAt: string | null;
  /** How long the task has waited so far. */
  waitedMs?: number;
}
const NOTHING_BEFORE: Before = { attempts: 0, startedAt: null };

function rethrowCancellation(error: unknown): void {
  if (isCancellation(error)) throw error as Error;
}

/**
 * In ms since 1970; null in a run after a reset, which sees the start time of the original run and does not know its
 * own.
 */
function startOfRun(): number | null {
  const { runId, firstExecutionRunId, startTime } = workflowInfo();
  return runId === firstExecutionRunId ? startTime.getTime() : null;
}

const waitedTooLong = ({ queueSeconds }: TaskInput): Error =>
  toApplicationFailure(new AppError('queue_timeout', `${queueSeconds} seconds`), true);

/**
 * Runs one task from start to end: it schedules the GPU activity in the first workflow task, and then records how the
 * task ended. If the engine is away before it received the work, the slot is freed and the task waits until the engine
 * is back. A failed task is a failed workflow whose failure has the `ErrorBody` as its first detail.
 */
export async function taskWorkflow(task: TaskInput, before: Before = NOTHING_BEFORE): Promise<TaskResult> {
  const { taskType, acceptedAt, summary } = task;
  let { priority } = task;
  let { attempts, startedAt } = before;
  let details = `Queued, accepted ${acceptedAt}; \`GET /queue\` shows its position, and whether the queue is paused`;
  let status: TaskStatus = 'pending';
  /** Identifies the present stay in the queue. */
  let turn = '';
  let isEarly = false;
  let engineIsAway = false;
  let engineIsBack = false;
  const clock = createQueueClock(task.queueSeconds, before.waitedMs ?? 0);
  const template = templateOf(task);
  const runStartedAt = startOfRun();
  const { labels } = task;
  const about = (): TaskSoFar => ({
    taskType,
    template,
    priority,
    acceptedAt,
    ...(labels === undefined ? {} : { labels }),
    attempts,
    runStartedAt,
  });
  let isAnnounced = startedAt !== null;
  /** Tells the webhook that asked for it, once in a run and without delaying the task. */
  const announceStart = (): void => {
    if (isAnnounced || labels?.webhook === undefined || !wantsEvent(labels.webhook, 'task.started')) return;
    isAnnounced = true;
    void announceTaskStart(about()).catch(() => undefined);
  };
  // A reset or a new history loses the static summary, and the static details contain the original priority. Current
  // details avoid both problems.
  const showDetails = (): void =>
    setCurrentDetails(fitDetails(`${summary}\n\n**Priority** ${priority} of 100\n\n${details}`));
  const show = (changed: TaskStatus, text: string): void => {
    status = changed;
    upsertSearchAttributes([{ key: taskStatusKey, value: status }]);
    details = text;
    showDetails();
  };
  // Handlers also receive signals that came before the first workflow task.
  setHandler(attemptStarted, (started) => {
    // A reset replays the signals of the old run in the new one.
    if (started.turn !== undefined && started.turn !== turn) return;
    clock.stop();
    attempts = started.attempt;
    startedAt ??= started.startedAt;
    announceStart();
    show('processing', `Running on \`${started.gpuId}\` since ${started.startedAt}, attempt ${started.attempt}`);
  });
  setHandler(engineBack, () => {
    engineIsBack = true;
  });
  setHandler(priorityChanged, (changed) => {
    priority = changed;
    upsertSearchAttributes([{ key: priorityAttribute, value: changed }]);
    showDetails();
    void recordPriority({ ...about(), inLine: status === 'pending' && !engineIsAway && !isEarly }).catch(
      () => undefined,
    );
  });
  const queue = async (): Promise<TaskResult> => {
    turn = uuid4();
    const left = clock.left();
    const queueMs = left === undefined ? left : Math.max(left, SHORTEST_TURN_MS);
    const outcome = await runOnGpu({ ...task, priority, turn }, queueMs);
    if (!('started' in outcome)) return outcome;
    // An attempt that ends at once has sent no signal.
    attempts = outcome.started.attempt;
    startedAt ??= outcome.started.startedAt;
    announceStart();
    return outcome.result;
  };

  const waitForEngine = async ({ message: reason, hint }: ErrorBody): Promise<void> => {
    engineIsAway = true;
    engineIsBack = false;
    turn = '';
    clock.start();
    const engine = taskType as ServerEngine;
    const since = new Date().toISOString();
    show('pending', `Waiting for ${ENGINES[engine].label} since ${since}: ${reason}\n\n${hint}`);
    upsertSearchAttributes([{ key: waitingForKey, value: engine }]);
    await recordTaskWaits({ ...about(), waiting: { for: engine, since, reason, hint } }).catch(rethrowCancellation);
    await condition(() => engineIsBack, Math.min(clock.left() ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS));
    if (clock.left() === 0 && !engineIsBack) throw waitedTooLong(task);
    engineIsAway = false;
    upsertSearchAttributes([{ key: waitingForKey, value: null }]);
    show('pending', `Queued again, ${ENGINES[engine].label} was away since ${since}`);
  };

  /** Queues the attempt before the projection is written, so that the write does not delay the attempt. */
  const runAgain = async (): Promise<TaskResult> => {
    // Each attempt repeats the input in the history, and an outage may be long.
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof taskWorkflow>(
        { ...task, priority },
        { attempts, startedAt, waitedMs: clock.waited() },
      );
    const result = queue();
    const queued = recordTaskWaits({ ...about(), waiting: null }).catch(() => undefined);
    return (await Promise.all([result, queued]))[0];
  };

  /**
   * Resolves at the time for which the task was submitted. It is not in the queue until then, so that its waiting does
   * not count.
   */
  const waitForTime = async (runAt: string): Promise<void> => {
    const early = Date.parse(runAt) - Date.now();
    if (early > 0) {
      isEarly = true;
      clock.stop();
      details = `Waiting for its time, ${runAt}`;
      showDetails();
      await sleep(early);
      isEarly = false;
      clock.start();
    }
    upsertSearchAttributes([{ key: waitingForKey, value: null }]);
    show('pending', `Queued at its time, ${runAt}`);
  };

  const run = async (): Promise<TaskResult> => {
    const runAt = before === NOTHING_BEFORE ? task.runAt : undefined;
    if (runAt !== undefined) await waitForTime(runAt);
    let attempt = runAt === undefined ? queue() : runAgain();
    for (;;) {
      try {
        return await attempt;
      } catch (failure) {
        const error = errorBodyOf(failure);
        if (error.code === 'queue_timeout') throw waitedTooLong(task);
        if (classOf(failure) !== 'unavailable') throw failure;
        await waitForEngine(error);
        attempt = runAgain();
      }
    }
  };

  const recordEnd = (outcome: TaskEnd['outcome']) =>
    CancellationScope.nonCancellable(() => recordTaskEnd({ ...about(), startedAt, outcome })).catch(() => undefined);

  showDetails();
  void CancellationScope.current().cancelRequested.catch(() => {
    details = `Cancelling since ${new Date().toISOString()}: its engine was asked to stop, and no other task starts until it has stopped\n\n${details}`;
    showDetails();
  });
  try {
    const result = await run();
    show('completed', 'Completed');
    await recordEnd({ status: 'completed', result });
    return result;
  } catch (failure) {
    if (failure instanceof ContinueAsNew) throw failure;
    const failed = failedRun(failure, errorBodyOf);
    show('failed', failed.details);
    await recordEnd({ status: 'failed', result: { error: failed.error } });
    throw failed.failure;
  }
}
