import { Context } from '@temporalio/activity';
import { ATTEMPT_STARTED_SIGNAL } from '../src/contracts/names.ts';
import type { AttemptStarted } from '../src/contracts/activities.ts';
import type { TaskEnvelope } from '../src/contracts/task.ts';
import { messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import type { Stage } from '../src/contracts/task-status.ts';
import type { FilePart } from '../src/contracts/events.ts';
import type { StoredFile } from '../src/contracts/stored-file.ts';
import type { EventPublisher } from '../src/status/publish-events.ts';
import { shownLabels, shownStep } from '../src/status/record.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import { priorityAttribute } from '../src/temporal/search-attributes.ts';
import { type Preview, throttlePreviews } from './throttle-previews.ts';

export interface ReporterDeps {
  temporal: Temporal;
  status: StatusStore;
  /** Absent: nobody is told of files, warnings and previews. */
  events?: EventPublisher | undefined;
  gpuId: string;
  logger: Logger;
  now: () => Date;
}

/** Reports an attempt to Temporal and to the projection. It never delays the work and never makes it fail. */
export interface AttemptReporter {
  /**
   * @param progress 0–1
   * @param more.etaSeconds seconds until the work is done; null if unknown
   */
  progress(progress: number, phase: string, more?: { etaSeconds?: number | null; stage?: Stage | null }): void;
  /** Changes only the phase. */
  phase(phase: string): void;
  /** Reports a file of the result, once. */
  file(file: StoredFile): void;
  /** Reports a finished part of the work, which clients cannot fetch. */
  part(kind: string, part: FilePart): void;
  /** Reports a warning of the result, once. */
  warning(text: string): void;
  /** Sends a preview picture to those who look at the task; more than two a second are left out. */
  preview(preview: Preview): void;
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

function reportEvents(
  { events, logger }: ReporterDeps,
  taskId: string,
): Pick<AttemptReporter, 'file' | 'part' | 'warning'> {
  const told = new Set<string>();
  const warned = new Set<string>();
  const note = (event: string, data: object): void =>
    void events?.note(taskId, event, { task_id: taskId, ...data }).catch((error: unknown) => {
      logger.debug(`${event} of ${taskId} not published: ${messageOf(error)}`);
    });
  return {
    file(file) {
      if (told.has(file.path)) return;
      told.add(file.path);
      note('file', { ...file, part: null });
    },
    part: (kind, part) => note('file', { path: null, url: null, kind, part }),
    warning(text) {
      if (warned.has(text)) return;
      warned.add(text);
      note('warning', { warning: text });
    },
  };
}

/** @param started the signal to the workflow. */
export function reportAttempt(
  deps: ReporterDeps,
  task: TaskEnvelope,
  { taskId, runId, started }: AttemptIdentity,
): AttemptReporter {
  const { attempt, startedAt } = started;
  const context = Context.current();
  const handle = deps.temporal.client.workflow.getHandle(taskId, runId);
  const current: { progress: number; phase: string; etaSeconds: number | null; stage: Stage | null } = {
    progress: 0,
    phase: 'starting',
    etaSeconds: null,
    stage: null,
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
          ...shownStep(task),
          startedAt,
          attempts: attempt,
          progress: current.progress,
          phase: current.phase,
          stage: current.stage,
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
    progress(progress, phase, { etaSeconds = null, stage = null } = {}) {
      Object.assign(current, { progress, phase, etaSeconds, stage });
    },
    phase(phase) {
      Object.assign(current, { phase, stage: null });
    },
    ...reportEvents(deps, taskId),
    preview: throttlePreviews(deps.events, taskId),
    beat() {
      const { stage: _stage, ...beat } = current;
      context.heartbeat(beat);
      void write();
    },
    announce,
    close() {
      clearTimeout(first);
      closed = true;
    },
  };
}
