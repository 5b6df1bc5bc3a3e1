import { CancelledFailure, Context } from '@temporalio/activity';
import { type Manifest, hashInput, readManifest, unfinishedAttempts, writeManifest } from '../src/assets/manifest.ts';
import { workFolder } from '../src/assets/work-folder.ts';
import type { TaskInput, TaskResult } from '../src/contracts/task.ts';
import { AppError, messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { toApplicationFailure } from '../src/temporal/failures.ts';
import { type AttemptReporter, type ReporterDeps, reportAttempt } from './attempt-reporter.ts';

export interface AttemptDeps extends ReporterDeps {
  assetRoot: string;
}

/** What an engine's work is given. */
export interface AttemptWork {
  /** Absolute; the task's own folder, there and kept between attempts. */
  folder: string;
  /** Aborts on cancel, shutdown and deadline. */
  signal: AbortSignal;
  reporter: AttemptReporter;
}

const HEARTBEAT_MS = 1000;
/** Attempts without progress before a task is given up. */
const MOST_ATTEMPTS = 3;

class DeadlineReached extends Error {
  override name = 'DeadlineReached';
}

/** The worker died each time: whatever kills it stops nobody else. */
function refusePoison(manifest: Manifest, run: string): void {
  const unfinished = unfinishedAttempts(manifest, run);
  if (unfinished.length < MOST_ATTEMPTS) return;
  const cause = unfinished.at(-1)?.cause;
  throw toApplicationFailure(new AppError('worker_died', cause && `the last error before was: ${cause}`), true);
}

/** How an attempt that threw is told to the server: tried again or not, and with what message. */
function failureOf(error: unknown, signal: AbortSignal, task: TaskInput, unfinished: number): Error {
  if (signal.aborted && !(signal.reason instanceof DeadlineReached)) return new CancelledFailure('cancelled');
  const known =
    signal.reason instanceof DeadlineReached
      ? new AppError('execution_timeout', `${task.runSeconds} seconds`, { cause: error })
      : error instanceof AppError
        ? error
        : new AppError('internal_error', messageOf(error), { cause: error });
  const givenUp = known.entry.class !== 'permanent' && unfinished >= MOST_ATTEMPTS;
  const message = givenUp ? `${known.message} (given up after ${unfinished} attempts)` : known.message;
  return toApplicationFailure(known, givenUp || known.entry.class === 'permanent', message);
}

/**
 * One attempt of a GPU task: looks for a result that is whole already, leaves a note in the manifest before it acts, reports
 * and heartbeats while `work` runs, keeps the deadline, and turns what is thrown into what Temporal understands.
 */
export async function runGpuAttempt(
  deps: AttemptDeps,
  task: TaskInput,
  work: (attempt: AttemptWork) => Promise<TaskResult>,
): Promise<TaskResult> {
  const { info, cancellationSignal } = Context.current();
  const { workflowId: taskId, runId } = info.workflowExecution ?? {};
  if (taskId === undefined || runId === undefined) throw new Error('GPU activities belong to a workflow');
  const logger: Logger = deps.logger;
  logger.info(`▶️ Processing: ${task.taskType} (ID: ${taskId})`);

  const folder = workFolder(deps.assetRoot, taskId);
  const manifest = await readManifest(folder, hashInput(task.input));
  if (manifest.result !== undefined) {
    logger.info(`✅ Done: ${task.taskType} ${taskId} (an earlier attempt had finished it)`);
    return manifest.result as unknown as TaskResult;
  }
  refusePoison(manifest, runId);
  const entry: Manifest['attempts'][number] = { run: runId, startedAt: deps.now().toISOString() };
  manifest.attempts.push(entry);
  await writeManifest(folder, manifest);
  // Temporal's own count begins anew whenever the workflow schedules the activity again.
  const attempt = manifest.attempts.filter(({ run }) => run === runId).length;

  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DeadlineReached()), task.runSeconds * 1000);
  const signal = AbortSignal.any([cancellationSignal, deadline.signal]);
  const reporter = reportAttempt(deps, task, { taskId, runId, attempt, startedAt: entry.startedAt });
  const heartbeat = setInterval(() => reporter.beat(), HEARTBEAT_MS);
  try {
    const result = await work({ folder, signal, reporter });
    await writeManifest(folder, {
      ...manifest,
      attempts: manifest.attempts.with(-1, { ...entry, end: 'completed' }),
      result: { ...result },
    });
    logger.info(`✅ Done: ${task.taskType} ${taskId}`);
    return result;
  } catch (error) {
    const failure = failureOf(error, signal, task, unfinishedAttempts(manifest, runId).length);
    const end = failure instanceof CancelledFailure ? 'released' : 'failed';
    await writeManifest(folder, {
      ...manifest,
      attempts: manifest.attempts.with(-1, { ...entry, end, cause: failure.message }),
    });
    if (end === 'failed') logger.error(`❌ Failed: ${task.taskType} ${taskId}: ${failure.message}`);
    else logger.warn(`⏹️ Stopped: ${task.taskType} ${taskId}`);
    throw failure;
  } finally {
    clearTimeout(timer);
    clearInterval(heartbeat);
    reporter.close();
  }
}
