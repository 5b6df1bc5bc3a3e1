import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { type Manifest, hashInput, readManifest, unfinishedAttempts, writeManifest } from '../src/assets/manifest.ts';
import { workFolder } from '../src/assets/work-folder.ts';
import type { AvailableTaskType } from '../src/contracts/names.ts';
import type { TaskEnvelope, TaskInput, TaskResult } from '../src/contracts/task.ts';
import { AppError, ERRORS, isErrorCode, messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { toApplicationFailure } from '../src/temporal/failures.ts';
import { type AttemptSignals, watchSignals } from './attempt-signals.ts';
import { type AttemptReporter, type ReporterDeps, reportAttempt } from './attempt-reporter.ts';

export interface AttemptDeps extends ReporterDeps {
  assetRoot: string;
}

/** An attempt of a task: its run, and its place among all attempts of the task. */
export interface AttemptId {
  runId: string;
  attempt: number;
}

/** What an engine's work is given. */
export interface AttemptWork {
  /** Absolute; the task's own folder, there and kept between attempts. */
  folder: string;
  signals: AttemptSignals;
  reporter: AttemptReporter;
  /** Names this attempt among all of the task for ever. */
  id: AttemptId;
  /** The task's earlier attempts, those of earlier runs among them, newest first. */
  earlier: AttemptId[];
}

const HEARTBEAT_MS = 1000;
/** Attempts without progress before a task is given up. */
const MOST_ATTEMPTS = 3;

/** The worker died each time: whatever kills it stops nobody else. */
function refusePoison(manifest: Manifest, run: string): void {
  const unfinished = unfinishedAttempts(manifest, run);
  if (unfinished.length < MOST_ATTEMPTS) return;
  const cause = unfinished.at(-1)?.cause;
  throw toApplicationFailure(new AppError('worker_died', cause && `the last error before was: ${cause}`), true);
}

/** How an attempt that threw is told to the server: tried again or not, and with what message. */
function failureOf(error: unknown, signals: AttemptSignals, task: TaskEnvelope, unfinished: number): Error {
  const late = signals.deadlineReached();
  if (signals.leave.aborted || (signals.cancel.aborted && !late)) return new CancelledFailure('cancelled');
  const known = late
    ? new AppError('execution_timeout', `${task.runSeconds} seconds`, { cause: error })
    : error instanceof AppError
      ? error
      : new AppError('internal_error', messageOf(error), { cause: error });
  const givenUp = known.entry.class === 'transient' && unfinished >= MOST_ATTEMPTS;
  const message = givenUp ? `${known.message} (given up after ${unfinished} attempts)` : known.message;
  // An engine that is away is waited for by the workflow, not by trying again.
  return toApplicationFailure(known, givenUp || known.entry.class !== 'transient', message);
}

/**
 * One attempt of a GPU task: looks for a result that is whole already, leaves a note in the manifest before it acts, reports
 * and heartbeats while `work` runs, keeps the deadline, and turns what is thrown into what Temporal understands.
 */
export async function runGpuAttempt<T extends AvailableTaskType>(
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
  const manifest = await readManifest(folder, hashInput(task.input));
  if (manifest.result !== undefined) {
    logger.info(`✅ Done: ${task.taskType} ${taskId} (an earlier attempt had finished it)`);
    return manifest.result as unknown as TaskResult<T>;
  }
  refusePoison(manifest, runId);
  const entry: Manifest['attempts'][number] = { run: runId, startedAt: deps.now().toISOString() };
  manifest.attempts.push(entry);
  await writeManifest(folder, manifest);
  // Temporal's own count begins anew whenever the workflow schedules the activity again.
  const attempt = manifest.attempts.filter(({ run }) => run === runId).length;
  const ids = manifest.attempts.map(({ run }, index): AttemptId => ({ runId: run, attempt: index + 1 }));
  const [id = { runId, attempt }, ...earlier] = ids.toReversed();

  const signals = watchSignals(task.runSeconds);
  const reporter = reportAttempt(deps, task, { taskId, runId, attempt, startedAt: entry.startedAt });
  const heartbeat = setInterval(() => reporter.beat(), HEARTBEAT_MS);
  try {
    const result = await work({ folder, signals, reporter, id, earlier });
    await writeManifest(folder, {
      ...manifest,
      attempts: manifest.attempts.with(-1, { ...entry, end: 'completed' }),
      result: { ...result },
    });
    logger.info(`✅ Done: ${task.taskType} ${taskId}`);
    return result;
  } catch (error) {
    const failure = failureOf(error, signals, task, unfinishedAttempts(manifest, runId).length);
    const waits =
      failure instanceof ApplicationFailure &&
      isErrorCode(failure.type) &&
      ERRORS[failure.type].class === 'unavailable';
    const end = waits || failure instanceof CancelledFailure ? 'released' : 'failed';
    await writeManifest(folder, {
      ...manifest,
      attempts: manifest.attempts.with(-1, { ...entry, end, cause: failure.message }),
    });
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
