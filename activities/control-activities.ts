import type { ControlActivities, TaskSoFar, TaskWaits } from '../src/contracts/activities.ts';
import { ENGINES } from '../src/contracts/engines.ts';
import type { RunTimes } from '../src/status/run-times.ts';
import { shownLabels } from '../src/status/record.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import { presentRun } from './present-run.ts';

export interface ControlDeps {
  temporal: Temporal;
  status: StatusStore;
  runTimes: RunTimes;
  now: () => Date;
}

/** The activities of tasks on the control worker. They are short and never delay GPU work. */
export function createControlActivities({ temporal, status, runTimes, now }: ControlDeps): ControlActivities {
  const write = async (
    attempt: number,
    { taskType, template, priority, acceptedAt, labels, runStartedAt }: TaskSoFar,
    record: Parameters<StatusStore['write']>[2],
  ): Promise<void> => {
    const { workflowId: taskId, runId } = presentRun();
    const startOfRun = async (): Promise<number> =>
      (await temporal.client.workflow.getHandle(taskId, runId).describe()).startTime.getTime();
    await status.write(
      taskId,
      { runStartedAt: runStartedAt ?? (await startOfRun()), attempt },
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
      await write(attempts, end, {
        attempts,
        finishedAt: finished.toISOString(),
        phase: outcome.status,
        waiting: null,
        ...outcome,
        ...(startedAt === null ? {} : { startedAt }),
        ...(outcome.status === 'completed' ? { progress: 1 } : {}),
      });
      // Only a task with a single attempt shows how long tasks of its kind take.
      if (outcome.status === 'completed' && attempts === 1 && startedAt !== null)
        await runTimes.note({ taskType, template }, (finished.getTime() - Date.parse(startedAt)) / 1000);
    },
  };
}
