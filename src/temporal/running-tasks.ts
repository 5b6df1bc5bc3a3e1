import { SERVER_ENGINES, type ServerEngine } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';
import { STARTED } from './describe-run.ts';

/** The ids of the tasks that a worker is running, from Temporal, without tasks that wait for their next attempt. */
export async function listRunningTasks({ client }: Temporal): Promise<string[]> {
  const running: string[] = [];
  const query = 'TaskStatus = "processing" AND ExecutionStatus = "Running"';
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 200 })) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    if (raw.pendingActivities?.some(({ state }) => state === STARTED)) running.push(workflowId);
  }
  return running;
}

/**
 * How many tasks wait for each engine because it is away. Never rejects: an engine that cannot be counted is left out.
 */
export async function countWaitingForEngines({ client }: Temporal): Promise<Partial<Record<ServerEngine, number>>> {
  const counts = await Promise.all(
    SERVER_ENGINES.map(async (engine) => {
      const counted = client.workflow.count(`WaitingFor = "${engine}" AND ExecutionStatus = "Running"`);
      return counted.then(
        ({ count }) => [[engine, count] as const],
        () => [],
      );
    }),
  );
  return Object.fromEntries(counts.flat());
}
