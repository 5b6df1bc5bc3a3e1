import { activityInfo } from '@temporalio/activity';
import type { ControlActivities, TaskWaits } from '../src/contracts/activities.ts';
import { ENGINE_NAMES, type TaskType } from '../src/contracts/names.ts';
import type { RunTimes, TaskKind } from '../src/status/run-times.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import type { TaskMemo } from '../src/temporal/task-labels.ts';

export interface ControlDeps {
  temporal: Temporal;
  status: StatusStore;
  runTimes: RunTimes;
  now: () => Date;
}

/** What workflows ask of the control worker: short, and never in the way of GPU work. */
export function createControlActivities({ temporal, status, runTimes, now }: ControlDeps): ControlActivities {
  const write = async (
    attempt: number,
    record: Parameters<StatusStore['write']>[2],
    about: { taskType: TaskType; priority: number; acceptedAt: string },
  ): Promise<TaskKind> => {
    const { workflowId: taskId, runId } = activityInfo().workflowExecution ?? {};
    if (taskId === undefined) throw new Error('this activity belongs to a workflow');
    const run = await temporal.client.workflow.getHandle(taskId, runId).describe();
    const { taskType, priority, acceptedAt: createdAt } = about;
    const { template = null } = (run.memo ?? {}) as Partial<TaskMemo>;
    await status.write(
      taskId,
      { runStartedAt: run.startTime.getTime(), attempt },
      { taskType, template, priority, createdAt, ...record },
    );
    return { taskType, template };
  };

  const recordTaskWaits = async (waits: TaskWaits): Promise<void> => {
    const { attempts, waiting } = waits;
    const phase = waiting === null ? 'queued' : `waiting for ${ENGINE_NAMES[waiting.for]}`;
    const queuedAt = waiting === null ? now().toISOString() : null;
    await write(attempts + 1, { status: 'pending', phase, waiting, queuedAt, attempts, progress: 0 }, waits);
  };

  return {
    recordTaskWaits,
    recordPriority: async ({ inLine, ...about }) => {
      // After a reset the run may have no record yet, and whoever makes one then knows only the first priority.
      if (inLine) await recordTaskWaits({ ...about, waiting: null });
      const taskId = activityInfo().workflowExecution?.workflowId;
      if (taskId !== undefined) await status.reposition(taskId, about.priority, now());
    },
    recordTaskEnd: async (end) => {
      const { attempts, startedAt, outcome } = end;
      const finished = now();
      const record = { attempts, finishedAt: finished.toISOString(), phase: outcome.status, waiting: null, ...outcome };
      const kind = await write(
        attempts,
        {
          ...record,
          ...(startedAt === null ? {} : { startedAt }),
          ...(outcome.status === 'completed' ? { progress: 1 } : {}),
        },
        end,
      );
      // One attempt from start to end: what tasks of its kind take.
      if (outcome.status === 'completed' && attempts === 1 && startedAt !== null)
        await runTimes.note(kind, (finished.getTime() - Date.parse(startedAt)) / 1000);
    },
  };
}
