import { ENGINE_BACK_SIGNAL, type ServerEngine } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';
import { priorityAttribute } from './search-attributes.ts';

/** The tasks that wait for an engine, in the order in which they are to run. */
export async function listWaitingTasks(temporal: Temporal, engine: ServerEngine): Promise<string[]> {
  const waiting: { taskId: string; priority: number; startedAt: number }[] = [];
  const query = `WaitingFor = "${engine}" AND ExecutionStatus = "Running"`;
  for await (const run of temporal.client.workflow.list({ query, pageSize: 500 })) {
    const priority = run.typedSearchAttributes.get(priorityAttribute) ?? 0;
    waiting.push({ taskId: run.workflowId, priority, startedAt: run.startTime.getTime() });
  }
  return waiting.toSorted((a, b) => b.priority - a.priority || a.startedAt - b.startedAt).map(({ taskId }) => taskId);
}

/** Signals to tasks, one after another, that the engine they wait for is back. Tasks that have ended are skipped. */
export async function wakeTasks(temporal: Temporal, taskIds: readonly string[]): Promise<void> {
  for (const taskId of taskIds) {
    await temporal.client.workflow
      .getHandle(taskId)
      .signal(ENGINE_BACK_SIGNAL)
      .catch(() => undefined);
  }
}
