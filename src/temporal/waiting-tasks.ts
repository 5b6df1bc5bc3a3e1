import { setTimeout as delay } from 'node:timers/promises';
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

/** This many tasks are queued one by one; they keep the card busy while the others are queued. */
const ONE_BY_ONE = 50;
/** The longest wait for a workflow whose worker is busy. */
const LONGEST_WAIT_MS = 1000;
const POLL_MS = 20;

/** Resolves when a task has its place in the GPU queue, or has ended. */
async function untilQueued(temporal: Temporal, taskId: string): Promise<void> {
  const until = Date.now() + LONGEST_WAIT_MS;
  while (Date.now() < until) {
    const { raw, status } = await temporal.client.workflow.getHandle(taskId).describe();
    if (status.name !== 'RUNNING' || (raw.pendingActivities?.length ?? 0) > 0) return;
    await delay(POLL_MS);
  }
}

/**
 * Signals tasks, one after another, that their engine is back. Each of the first tasks has its place in the GPU queue
 * before the next one is signalled; otherwise the free card would go to the workflow that answers first. Tasks that
 * have ended are skipped.
 */
export async function wakeTasks(temporal: Temporal, taskIds: readonly string[]): Promise<void> {
  for (const [place, taskId] of taskIds.entries()) {
    try {
      await temporal.client.workflow.getHandle(taskId).signal(ENGINE_BACK_SIGNAL);
      if (place < ONE_BY_ONE && taskIds.length > 1) await untilQueued(temporal, taskId);
    } catch {
      // It has ended.
    }
  }
}
