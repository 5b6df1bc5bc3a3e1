import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { fruitlessAttempts, hashInput, type Manifest } from '../src/assets/manifest.ts';
import { workFolder } from '../src/assets/work-folder.ts';
import type { TaskType } from '../src/contracts/names.ts';
import type { TaskEnvelope, TaskInput, TaskResult } from '../src/contracts/task.ts';
import { AppError, ERRORS, isErrorCode, messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { toApplicationFailure } from '../src/temporal/failures.ts';
import { type AttemptSignals, watchSignals } from './attempt-signals.ts';
import { type AttemptId, finishedResult, openBook } from './attempt-book.ts';
import { type AttemptReporter, type ReporterDeps, reportAttempt } from './attempt-reporter.ts';

export interface AttemptDeps extends ReporterDeps {
  assetRoot: string;
}

/** What an engine's work is given. */
export interface AttemptWork {
  /** Absolute; the task's own folder, there and kept between attempts. */
  folder: string;
  signals: AttemptSignals;
  reporter: AttemptReporter;
  /** Names this attempt among all of the task for ever, and its predecessors, newest first. */
  id: AttemptId;
  earlier: AttemptId[];
  /** Notes how much of the work, 0–1, the next attempt will find done: what gets further is not given up. */
  keep: (fraction: number) => void;
}

const HEARTBEAT_MS = 1000;
/** Attempts without progress before a task is given up. */
const MOST_ATTEMPTS = 3;

/** The worker died each time: whatever kills it stops nobody else. */
function refusePoison({ attempts }: Manifest, run: string): void {
  const fruitless = fruitlessAttempts(attempts, run);
  if (fruitless.length < MOST_ATTEMPTS) return;
  const cause = fruitless.at(-1)?.cause;
  throw toApplicationFailure(new AppError('worker_died', cause && `the last error before was: ${cause}`), true);
}

/** How an attempt that threw is told to the server: tried again or not, and with what message. */
function failureOf(error: unknown, signals: AttemptSignals, task: TaskEnvelope, fruitless: number): Error {
  const late = signals.deadlineReached();
  if (signals.leave.aborted || (signals.cancel.aborted && !late)) return new CancelledFailure('cancelled');
  const known = late
    ? new AppError('execution_timeout', `${task.runSeconds} seconds`, { cause: error })
    : error instanceof AppError
      ? error
      : new AppError('internal_error', messageOf(error), { cause: error });
  const givenUp = known.entry.class === 'transient' && fruitless >= MOST_ATTEMPTS;
  const message = givenUp ? `${known.message} (given up after ${fruitless} attempts without progress)` : known.message;
  // An engine that is away is waited for by the workflow, not by trying again.
  return toApplicationFailure(known, givenUp || known.entry.class !== 'transient', message);
}

/**
 * One attempt of a GPU task: looks for a result that is whole already, leaves a note in the manifest before it acts, reports
 * and heartbeats while `work` runs, keeps the deadline, and turns what is thrown into what Temporal understands.
 */
export async function runGpuAttempt<T extends TaskType>(
  deps: AttemptDeps,
  task: TaskInput<T>,
  work: (attempt: AttemptWork) => Promise<TaskResult<T>>,
): Promise<TaskResult<T>> {
  const { info } = Context.current();
  const { workflowId: taskId, runId } = info.workflowExecution ?? {};
  if (taskId === undefined || runId === undefined) throw new Error('GPU activities belong to a workflow');
  const logger: Logger = deps.logger;
  logger.info(`▶️ Processing: ${task.taskType} (ID: ${taskId})`);

  const folder = workFolder(deps.assetRoot, taskId);
  const { manifest, result: finished } = await finishedResult(deps.assetRoot, folder, hashInput(task.input));
  if (finished !== undefined) {
    logger.info(`✅ Done: ${task.taskType} ${taskId} (an earlier attempt had finished it)`);
    return finished as unknown as TaskResult<T>;
  }
  refusePoison(manifest, runId);
  const startedAt = deps.now().toISOString();
  const book = await openBook(folder, manifest, { run: runId, startedAt });
  const { id, earlier } = book;

  const signals = watchSignals(task.runSeconds);
  const reporter = reportAttempt(deps, task, { taskId, runId, attempt: id.attempt, startedAt });
  const heartbeat = setInterval(() => reporter.beat(), HEARTBEAT_MS);
  try {
    const result = await work({ folder, signals, reporter, id, earlier, keep: (fraction) => book.keep(fraction) });
    await book.finish(result);
    logger.info(`✅ Done: ${task.taskType} ${taskId}`);
    return result;
  } catch (error) {
    const failure = failureOf(error, signals, task, book.fruitless().length);
    const waits =
      failure instanceof ApplicationFailure &&
      isErrorCode(failure.type) &&
      ERRORS[failure.type].class === 'unavailable';
    const end = waits || failure instanceof CancelledFailure ? 'released' : 'failed';
    await book.end(end, failure.message);
    if (end === 'failed') logger.error(`❌ Failed: ${task.taskType} ${taskId}: ${failure.message}`);
    else if (waits) logger.warn(`⏳ Waiting: ${task.taskType} ${taskId}: ${failure.message}`);
    else logger.warn(`⏹️ Stopped: ${task.taskType} ${taskId}`);
    throw failure;
  } finally {
    signals.close();
    clearInterval(heartbeat);
    reporter.close();
  }
}
