import type { Temporal } from '../src/temporal/connection.ts';
import { describeRun, STARTED } from '../src/temporal/describe-run.ts';

const LIMIT_MS = 5000;

/**
 * Asks Temporal whether the work of this attempt is still wanted although the server has given up the attempt, for
 * example because the server was away and missed the heartbeats. The next attempt then waits for this worker's slot and
 * finds the finished work.
 * @returns `ours`; `elsewhere` when another worker has started the next attempt; `over` when the task has ended.
 * @throws when Temporal does not answer.
 */
export async function isStillOurs(
  temporal: Temporal,
  { taskId, runId, activityId, attempt }: { taskId: string; runId: string; activityId: string; attempt: number },
): Promise<'ours' | 'elsewhere' | 'over'> {
  const run = await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () => describeRun(temporal, taskId, runId));
  if (run?.status.name !== 'RUNNING') return 'over';
  const pending = run.raw.pendingActivities?.find((one) => one.activityId === activityId);
  if (pending === undefined) return 'over';
  return pending.state === STARTED && pending.attempt !== attempt ? 'elsewhere' : 'ours';
}
