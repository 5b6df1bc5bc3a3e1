import { activityInfo } from '@temporalio/activity';
import type { ControlActivities } from '../src/contracts/activities.ts';
import { ENGINE_NAMES, type TaskType } from '../src/contracts/names.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';

export interface ControlDeps {
  temporal: Temporal;
  status: StatusStore;
  now: () => Date;
}

/** What workflows ask of the control worker: short, and never in the way of GPU work. */
export function createControlActivities({ temporal, status, now }: ControlDeps): ControlActivities {
  const write = async (
    attempt: number,
    record: Parameters<StatusStore['write']>[2],
    about: { taskType: TaskType; priority: number; acceptedAt: string },
  ): Promise<void> => {
    const { workflowId: taskId, runId } = activityInfo().workflowExecution ?? {};
    if (taskId === undefined) throw new Error('this activity belongs to a workflow');
    const run = await temporal.client.workflow.getHandle(taskId, runId).describe();
    const { taskType, priority, acceptedAt: createdAt } = about;
    await status.write(
      taskId,
      { runStartedAt: run.startTime.getTime(), attempt },
      { taskType, priority, createdAt, ...record },
    );
  };

  return {
    recordTaskWaits: (waits) => {
      const { attempts, waiting } = waits;
      const phase = waiting === null ? 'queued' : `waiting for ${ENGINE_NAMES[waiting.for]}`;
      return write(attempts + 1, { status: 'pending', phase, waiting, attempts, progress: 0 }, waits);
    },
    recordTaskEnd: (end) => {
      const { attempts, startedAt, outcome } = end;
      const record = { attempts, finishedAt: now().toISOString(), phase: outcome.status, waiting: null, ...outcome };
      return write(
        attempts,
        {
          ...record,
          ...(startedAt === null ? {} : { startedAt }),
          ...(outcome.status === 'completed' ? { progress: 1 } : {}),
        },
        end,
      );
    },
  };
}
