import type { ControlActivities, TaskSoFar, TaskWaits } from '../src/contracts/activities.ts';
import { ENGINES } from '../src/contracts/engines.ts';
import { eventOf } from '../src/contracts/webhook-events.ts';
import type { TaskStatus } from '../src/contracts/names.ts';
import type { RunTimes } from '../src/status/run-times.ts';
import { shownLabels } from '../src/status/record.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import type { AnnounceEvent } from '../src/webhooks/announce-event.ts';
import { presentRun } from './present-run.ts';

export interface ControlDeps {
  temporal: Temporal;
  status: StatusStore;
  runTimes: RunTimes;
  announce: AnnounceEvent;
  now: () => Date;
}

/** The activities of tasks on the control worker. They are short and never delay GPU work. */
export function createControlActivities(deps: ControlDeps): ControlActivities {
  const { temporal, status, runTimes, announce, now } = deps;
  /** In ms since 1970. */
  const startOfRun = async ({ runStartedAt }: TaskSoFar): Promise<number> => {
    const { workflowId, runId } = presentRun();
    return runStartedAt ?? (await temporal.client.workflow.getHandle(workflowId, runId).describe()).startTime.getTime();
  };
  const tell = async (about: TaskSoFar, reached: TaskStatus): Promise<void> => {
    const { webhook } = about.labels ?? {};
    const event = eventOf(about.taskType, reached);
    if (webhook === undefined || event === null) return;
    const { workflowId: taskId, runId } = presentRun();
    await announce({ taskId, runId, runStartedAt: await startOfRun(about), event, webhook });
  };
  const write = async (
    attempt: number,
    about: TaskSoFar,
    record: Parameters<StatusStore['write']>[2],
  ): Promise<void> => {
    const { taskType, template, priority, acceptedAt, labels } = about;
    await status.write(
      presentRun().workflowId,
      { runStartedAt: await startOfRun(about), attempt },
      { taskType, template, priority, createdAt: acceptedAt, ...shownLabels(labels), ...record },
    );
  };

  const recordTaskWaits = async (waits: TaskWaits): Promise<void> => {
    const { attempts, waiting } = waits;
    const phase = waiting === null ? 'queued' : `waiting for ${ENGINES[waiting.for].label}`;
    const queuedAt = waiting === null ? now().toISOString() : null;
    await write(attempts + 1, waits, { status: 'pending', phase, waiting, queuedAt, attempts, progress: 0 });
  };

  return {
    recordTaskWaits,
    recordPriority: async ({ inLine, ...about }) => {
      // After a reset the run may have no record yet; later writes would create it with the original priority.
      if (inLine) await recordTaskWaits({ ...about, waiting: null });
      await status.reposition(presentRun().workflowId, about.priority, now());
    },
    recordTaskEnd: async (end) => {
      const { taskType, template, attempts, startedAt, outcome } = end;
      const finished = now();
      const written = write(attempts, end, {
        attempts,
        finishedAt: finished.toISOString(),
        phase: outcome.status,
        waiting: null,
        ...outcome,
        ...(startedAt === null ? {} : { startedAt }),
        ...(outcome.status === 'completed' ? { progress: 1 } : {}),
      });
      // Neither waits for the other, because Redis may be away.
      const [record, told] = await Promise.allSettled([written, tell(end, outcome.status)]);
      for (const done of [told, record]) if (done.status === 'rejected') throw done.reason;
      // Only a task with a single attempt shows how long tasks of its kind take.
      if (outcome.status === 'completed' && attempts === 1 && startedAt !== null)
        await runTimes.note({ taskType, template }, (finished.getTime() - Date.parse(startedAt)) / 1000);
    },
    announceTaskStart: (about) => tell(about, 'processing'),
  };
}
