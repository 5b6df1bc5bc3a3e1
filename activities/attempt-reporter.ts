import { Context } from '@temporalio/activity';
import { ATTEMPT_STARTED_SIGNAL } from '../src/contracts/names.ts';
import type { AttemptStarted } from '../src/contracts/activities.ts';
import type { TaskEnvelope } from '../src/contracts/task.ts';
import { messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { shownLabels } from '../src/status/record.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import { priorityAttribute } from '../src/temporal/search-attributes.ts';

export interface ReporterDeps {
  temporal: Temporal;
  status: StatusStore;
  gpuId: string;
  logger: Logger;
  now: () => Date;
}

/** Reports an attempt to Temporal and to the projection. It never delays the work and never makes it fail. */
export interface AttemptReporter {
  /**
   * @param progress 0–1
   * @param etaSeconds seconds until the work is done; null if unknown
   */
  progress(progress: number, phase: string, etaSeconds?: number | null): void;
  /** Changes only the phase. */
  phase(phase: string): void;
  /** Sends a heartbeat, and writes the projection if something changed. */
  beat(): void;
  /** Signals the start of the attempt to the workflow, once. Never rejects. */
  announce(): Promise<void>;
  close(): void;
}

interface AttemptIdentity {
  taskId: string;
  runId: string;
  started: AttemptStarted;
}

/** A shorter attempt sends no signal, which would delay the next task: its outcome contains its start. */
const QUIET_MS = 100;

/** @param started the signal to the workflow. */
export function reportAttempt(
  deps: ReporterDeps,
  task: TaskEnvelope,
  { taskId, runId, started }: AttemptIdentity,
): AttemptReporter {
  const { attempt, startedAt } = started;
  const context = Context.current();
  const handle = deps.temporal.client.workflow.getHandle(taskId, runId);
  const current: { progress: number; phase: string; etaSeconds: number | null } = {
    progress: 0,
    phase: 'starting',
    etaSeconds: null,
  };
  let written: string | undefined;
  let writing = false;
  let closed = false;

  // The start of the run is a part of the version of each write; see `StatusVersion`. The priority may have changed
  // since the task was queued.
  let described: Promise<{ runStartedAt: number; priority: number }> | undefined;
  const describe = () =>
    (described ??= handle.describe().then(({ startTime, typedSearchAttributes }) => ({
      runStartedAt: startTime.getTime(),
      priority: typedSearchAttributes?.get(priorityAttribute) ?? task.priority,
    })));

  const write = async (): Promise<void> => {
    const state = JSON.stringify(current);
    if (writing || closed || state === written) return;
    writing = true;
    try {
      const { runStartedAt, priority } = await describe();
      await deps.status.write(
        taskId,
        { runStartedAt, attempt },
        {
          status: 'processing',
          taskType: task.taskType,
          priority,
          createdAt: task.acceptedAt,
          ...shownLabels(task.labels),
          startedAt,
          attempts: attempt,
          progress: current.progress,
          phase: current.phase,
          waiting: null,
        },
      );
      written = state;
    } catch (error) {
      described = undefined;
      deps.logger.debug(`status of ${taskId} not written: ${messageOf(error)}`);
    } finally {
      writing = false;
    }
  };

  let announced: Promise<void> | undefined;
  const announce = (): Promise<void> =>
    (announced ??= handle.signal(ATTEMPT_STARTED_SIGNAL, started).catch((error: unknown) => {
      deps.logger.debug(`start of ${taskId} not signalled: ${messageOf(error)}`);
    }));
  const first = setTimeout(() => {
    void announce();
    void write();
  }, QUIET_MS);

  return {
    progress(progress, phase, etaSeconds = null) {
      Object.assign(current, { progress, phase, etaSeconds });
    },
    phase(phase) {
      current.phase = phase;
    },
    beat() {
      context.heartbeat({ ...current });
      void write();
    },
    announce,
    close() {
      clearTimeout(first);
      closed = true;
    },
  };
}
