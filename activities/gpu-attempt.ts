import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { checkDisk } from '../src/assets/asset-disk.ts';
import { fruitlessAttempts, hashInput, type Manifest } from '../src/assets/manifest.ts';
import { workFolder } from '../src/assets/work-folder.ts';
import type { TaskType } from '../src/contracts/names.ts';
import type { AttemptOutcome, AttemptStarted } from '../src/contracts/activities.ts';
import type { TaskEnvelope, TaskInput, TaskResult } from '../src/contracts/task.ts';
import { AppError, ERRORS, givenUpAs, isErrorCode, loggedMessageOf, messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { toApplicationFailure } from '../src/temporal/failures.ts';
import { type AttemptSignals, watchSignals } from './attempt-signals.ts';
import { isStillOurs } from './is-still-ours.ts';
import { type AttemptManifest, type AttemptId, finishedResult, openManifest } from './attempt-manifest.ts';
import { type AttemptReporter, type ReporterDeps, reportAttempt } from './attempt-reporter.ts';
import { presentRun } from './present-run.ts';

export interface AttemptDeps extends ReporterDeps {
  assetRoot: string;
  /** Whether the engine of a task accepts work now, from the probe that wakes waiting tasks. Never rejects. */
  engineIsUp?: (taskType: TaskType) => Promise<boolean>;
}

/** The context of an engine's work on one attempt. */
export interface AttemptWork {
  /** Absolute path of the task's work folder, which exists and is kept between attempts. */
  folder: string;
  signals: AttemptSignals;
  reporter: AttemptReporter;
  /** Unique among all attempts of the task. */
  id: AttemptId;
  /** Newest first. */
  earlier: AttemptId[];
  /**
   * Records the share of the work, 0–1, that the next attempt can reuse. A task that makes progress is not given up.
   */
  keep: (fraction: number) => void;
}

const HEARTBEAT_MS = 1000;
/** Attempts without progress before a task is given up. */
const MOST_ATTEMPTS = 3;
/** An engine that answers but refuses work for this long is broken, not busy or starting. */
const MOST_REFUSALS = 12;
const REFUSING_MS = 15 * 60_000;
/** Without a manifest, Temporal's own count decides; with its backoff, this takes some minutes. */
const MOST_ATTEMPTS_WITHOUT_MANIFEST = 8;

/** Fails a task whose attempts killed their worker each time, so that it does not block other tasks. */
function failPoisonTask({ attempts }: Manifest, run: string): void {
  const fruitless = fruitlessAttempts(attempts, run);
  if (fruitless.length < MOST_ATTEMPTS) return;
  const cause = fruitless.at(-1)?.cause;
  throw toApplicationFailure(new AppError('worker_died', cause && `the last error before that: ${cause}`), true);
}

/** The failure that an attempt reports to the server: it determines the message, and whether the server tries again. */
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
  // If an engine is away, the workflow waits for it; the server does not retry.
  return toApplicationFailure(known, givenUp || known.entry.class !== 'transient', message);
}

/**
 * Fails a task whose engine answers probes but refuses its work; otherwise the task would be woken and refused for
 * ever.
 * @returns a permanent failure if this has lasted long enough, otherwise the same failure.
 */
function endRefusals(failure: Error, record: AttemptManifest, now: Date): Error {
  const refused = record.refused();
  const since = refused[0]?.startedAt;
  if (since === undefined || refused.length + 1 < MOST_REFUSALS) return failure;
  const minutes = Math.round((now.getTime() - Date.parse(since)) / 60_000);
  if (minutes * 60_000 < REFUSING_MS) return failure;
  const was = failure instanceof ApplicationFailure && isErrorCode(failure.type) ? failure.type : 'internal_error';
  const detail = failure.message.replace(ERRORS[was].message, '').replace(/^: /, '');
  const total = `given up: the engine answers, but refused all ${refused.length + 1} attempts in ${minutes} minutes`;
  const known = new AppError(givenUpAs(was), detail === '' ? total : `${detail} (${total})`, { cause: failure });
  return toApplicationFailure(known, true);
}

/** The error itself, or an error about the disk if the disk is away: then files only seem to be missing. */
async function orDiskError(assetRoot: string, thrown: unknown): Promise<unknown> {
  try {
    await checkDisk(assetRoot);
    return thrown;
  } catch (error) {
    return new AppError('asset_folder_unavailable', messageOf(error), { cause: error });
  }
}

/** The failure when the manifest of the task cannot be read or written. */
function manifestFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const givenUp = Context.current().info.attempt >= MOST_ATTEMPTS_WITHOUT_MANIFEST;
  return toApplicationFailure(new AppError('asset_folder_unavailable', messageOf(error), { cause: error }), givenUp);
}

const isWaiting = (failure: Error): boolean =>
  failure instanceof ApplicationFailure && isErrorCode(failure.type) && ERRORS[failure.type].class === 'unavailable';

function logEnd(logger: Logger, about: string, failure: Error): void {
  if (failure instanceof CancelledFailure) logger.warn(`⏹️ Stopped: ${about}`);
  else if (isWaiting(failure)) logger.warn(`⏳ Waiting: ${about}: ${loggedMessageOf(failure)}`);
  else logger.error(`❌ Failed: ${about}: ${loggedMessageOf(failure)}`);
}

/** Runs the work, and records its start and end in the manifest. */
async function runWithManifest<T extends TaskType>(
  deps: AttemptDeps,
  task: TaskInput<T>,
  work: (attempt: AttemptWork) => Promise<TaskResult<T>>,
): Promise<AttemptOutcome<T>> {
  const { activityId, attempt } = Context.current().info;
  const { workflowId: taskId, runId } = presentRun();
  const folder = workFolder(deps.assetRoot, taskId);
  const [{ manifest, result: finished }] = await Promise.all([
    finishedResult(deps.assetRoot, folder, hashInput(task.input)),
    // While the disk is away, the folder would be created on the disk of the system.
    checkDisk(deps.assetRoot),
  ]);
  const startedAs = (number: number, at: string): AttemptStarted => ({
    attempt: number,
    startedAt: at,
    gpuId: deps.gpuId,
    ...(task.turn === undefined ? {} : { turn: task.turn }),
  });
  if (finished !== undefined) {
    const last = manifest.attempts.at(-1);
    const started = startedAs(last?.number ?? 1, last?.startedAt ?? deps.now().toISOString());
    return { result: finished as unknown as TaskResult<T>, started };
  }
  failPoisonTask(manifest, runId);
  const record = await openManifest(folder, manifest, { run: runId, startedAt: deps.now().toISOString() });
  const { id, earlier } = record;
  const started = startedAs(id.attempt, record.startedAt);

  const signals = watchSignals(task.runSeconds, () =>
    isStillOurs(deps.temporal, { taskId, runId, activityId, attempt }),
  );
  const reporter = reportAttempt(deps, task, { taskId, runId, started });
  const heartbeat = setInterval(() => reporter.beat(), HEARTBEAT_MS);
  // Recorded at once: the engine may not stop before this worker has to end, and that is not a failure of the work.
  const onLeave = (): void => void record.end('released', 'its worker was asked to stop').catch(() => undefined);
  signals.leave.addEventListener('abort', onLeave, { once: true });
  try {
    const result = await work({ folder, signals, reporter, id, earlier, keep: (fraction) => record.keep(fraction) });
    // Most were reported when they arose.
    for (const warning of 'warnings' in result ? result.warnings : []) reporter.warning(warning);
    for (const file of 'files' in result ? result.files : []) reporter.file(file);
    // The next task does not wait for this. If this record and the result for Temporal are both lost, the driver finds
    // the files.
    void record.finish(result).catch((error: unknown) => {
      deps.logger.warn(`The result of ${taskId} could not be recorded: ${messageOf(error)}`);
    });
    return { result, started };
  } catch (error) {
    const found = failureOf(await orDiskError(deps.assetRoot, error), signals, task, record.fruitless().length);
    const refused = isWaiting(found) && (await deps.engineIsUp?.(task.taskType).catch(() => false)) === true;
    const failure = refused ? endRefusals(found, record, deps.now()) : found;
    const end = isWaiting(failure) || failure instanceof CancelledFailure ? 'released' : 'failed';
    // The failure of the work matters more than a failure to record it.
    const noted = record.end(end, loggedMessageOf(failure), refused ? true : undefined).catch(() => undefined);
    await Promise.all([noted, reporter.announce()]);
    throw failure;
  } finally {
    signals.leave.removeEventListener('abort', onLeave);
    signals.close();
    clearInterval(heartbeat);
    reporter.close();
  }
}

/**
 * Runs one attempt of a GPU task. It first looks for a complete result of an earlier attempt, and records the attempt
 * in the manifest before it acts. While `work` runs, it reports, sends heartbeats and enforces the deadline. It
 * converts errors into failures of Temporal.
 */
export async function runGpuAttempt<T extends TaskType>(
  deps: AttemptDeps,
  task: TaskInput<T>,
  work: (attempt: AttemptWork) => Promise<TaskResult<T>>,
): Promise<AttemptOutcome<T>> {
  const { workflowId: taskId } = presentRun();
  const { logger } = deps;
  logger.info(`▶️ Processing: ${task.taskType} (ID: ${taskId})`);
  const about = `${task.taskType} ${taskId}`;
  try {
    const outcome = await runWithManifest(deps, task, work);
    logger.info(`✅ Done: ${about}`);
    return outcome;
  } catch (error) {
    const failure = manifestFailure(error);
    logEnd(logger, about, failure);
    throw failure;
  }
}
