import { setTimeout as delay } from 'node:timers/promises';
import { isNotFound, type Temporal } from './connection.ts';
import { describeRun } from './describe-run.ts';

const IDS_AT_ONCE = 50;
const LONGEST_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** All runs of some workflows in visibility. */
async function* allRuns({ client }: Temporal, workflowIds: readonly string[]) {
  for (let at = 0; at < workflowIds.length; at += IDS_AT_ONCE) {
    const ids = workflowIds.slice(at, at + IDS_AT_ONCE).map((id) => `"${id}"`);
    yield* client.workflow.list({ query: `WorkflowId IN (${ids.join(', ')})`, pageSize: 500 });
  }
}

/**
 * Deletes all runs of closed workflows. The server needs about ten seconds for it. @throws a gRPC error if the server
 * does not answer.
 */
export async function deleteRuns(temporal: Temporal, workflowIds: readonly string[]): Promise<void> {
  const { namespace } = temporal.client.options;
  const remove = (workflowId: string, runId: string): Promise<unknown> =>
    temporal.connection.workflowService
      .deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  for await (const { workflowId, runId, status } of allRuns(temporal, workflowIds))
    if (status.name !== 'RUNNING') await remove(workflowId, runId);
  for (const workflowId of workflowIds) {
    // Visibility may not show the run yet.
    const run = await describeRun(temporal, workflowId);
    if (run !== null && run.status.name !== 'RUNNING') await remove(workflowId, run.runId);
  }
}

/** Resolves when the server no longer knows any of these workflows, after half a minute at the latest. */
export async function untilDeleted(temporal: Temporal, workflowIds: readonly string[]): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  for (const workflowId of workflowIds)
    while (Date.now() < until && (await describeRun(temporal, workflowId)) !== null) await delay(LOOK_EVERY_MS);
}
