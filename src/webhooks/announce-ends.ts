import { eventOf } from '../contracts/webhook-events.ts';
import type { RunChange } from '../status/list-changes.ts';
import type { OpenRecord } from '../status/lost-tasks.ts';
import type { Temporal } from '../temporal/connection.ts';
import { describeRun } from '../temporal/describe-run.ts';
import type { AnnounceEvent } from './announce-event.ts';

const MOST_REMEMBERED = 10_000;

/** What the reconciler announces: ends that no workflow could announce itself. */
export function createAnnounceEnds(temporal: Temporal, announce: AnnounceEvent) {
  /** Runs that need no other look. */
  const settled = new Set<string>();
  const isReplaced = async ({ taskId, runId }: RunChange): Promise<boolean> => {
    const { raw } = (await describeRun(temporal, taskId, runId)) ?? {};
    return (raw?.workflowExtendedInfo?.resetRunId ?? '') !== '';
  };
  return {
    async announceEnd(change: RunChange): Promise<void> {
      const { taskId, runId, startedAt: runStartedAt, end } = change;
      if (end === undefined || settled.has(runId)) return;
      const { event, webhook } = end;
      // A reset terminates a run and goes on in another one.
      if (!end.terminated || !(await isReplaced(change)))
        await announce({ taskId, runId, runStartedAt, event, webhook });
      if (settled.size >= MOST_REMEMBERED) settled.clear();
      settled.add(runId);
    },
    async announceLost({ taskId, taskType, runStartedAt, webhook }: OpenRecord): Promise<void> {
      const event = eventOf(taskType, 'failed');
      if (webhook === null || event === null) return;
      await announce({ taskId, runId: null, runStartedAt, event, webhook });
    },
  };
}
