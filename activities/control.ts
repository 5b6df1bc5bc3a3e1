import { activityInfo } from '@temporalio/activity';
import type { ControlActivities } from '../src/contracts/activities.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';

export interface ControlDeps {
  temporal: Temporal;
  status: StatusStore;
  now: () => Date;
}

/** What workflows ask of the control worker: short, and never in the way of GPU work. */
export function createControlActivities({ temporal, status, now }: ControlDeps): ControlActivities {
  return {
    async recordTaskEnd(end) {
      const { workflowId: taskId, runId } = activityInfo().workflowExecution ?? {};
      if (taskId === undefined) throw new Error('this activity belongs to a workflow');
      const run = await temporal.client.workflow.getHandle(taskId, runId).describe();
      await status.write(
        taskId,
        { runStartedAt: run.startTime.getTime(), attempt: end.attempts },
        {
          taskType: end.taskType,
          priority: end.priority,
          createdAt: end.acceptedAt,
          attempts: end.attempts,
          finishedAt: now().toISOString(),
          phase: end.outcome.status,
          ...(end.startedAt === null ? {} : { startedAt: end.startedAt }),
          ...(end.outcome.status === 'completed' ? { progress: 1 } : {}),
          ...end.outcome,
        },
      );
    },
  };
}
