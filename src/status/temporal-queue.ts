import { cached } from './cached.ts';
import { wholeRecord } from './read-status.ts';
import type { QueuedTask, QueueContents, QueueReader } from './redis-queue.ts';
import type { Temporal } from '../temporal/connection.ts';
import { describeTask, type DescribedTask } from './describe-task.ts';
import { listChanges } from './list-changes.ts';
import { priorityKey } from '../temporal/priority.ts';
import { listRunningTasks } from '../temporal/running-tasks.ts';

/** Listing all waiting tasks is expensive, so requests within this time share one list. */
const FRESH_MS = 2000;
const LIMIT_MS = 10_000;

const arrival = ({ record }: DescribedTask): number => Date.parse(record.queuedAt ?? record.createdAt);

/**
 * The queue from Temporal's visibility, for use while the copy in Redis is away or out of date. It costs more to read
 * and lags a little. Tasks that were handed back appear at the position of their first arrival. Every method rejects
 * when Temporal does not answer.
 */
export function createTemporalQueue(temporal: Temporal, priorityLevels: number): QueueReader {
  const levelOf = ({ record }: DescribedTask): number => priorityKey(record.priority, priorityLevels);
  async function listWaiting(): Promise<QueuedTask[]> {
    const waiting: { taskId: string; task: DescribedTask }[] = [];
    for await (const { taskId, task } of listChanges(temporal, null))
      if (task !== undefined) waiting.push({ taskId, task });
    return waiting
      .toSorted((a, b) => levelOf(a.task) - levelOf(b.task) || arrival(a.task) - arrival(b.task))
      .map(({ taskId, task: { record } }) => ({
        taskId,
        taskType: record.taskType,
        template: record.template ?? null,
        priority: record.priority,
        createdAt: record.createdAt,
        client: record.client ?? null,
      }));
  }
  async function listRunning(): Promise<QueueContents['running']> {
    const ids = await listRunningTasks(temporal);
    const tasks = await Promise.all(ids.map((taskId) => describeTask(temporal, taskId)));
    return tasks.flatMap((task, index) =>
      task?.record.status === 'processing' ? [{ ...wholeRecord(task), taskId: ids[index] ?? '' }] : [],
    );
  }
  const contents = cached(
    () =>
      temporal.connection.withDeadline(Date.now() + LIMIT_MS, async (): Promise<QueueContents> => {
        const [waiting, running] = await Promise.all([listWaiting(), listRunning()]);
        return { count: waiting.length, waiting, running };
      }),
    FRESH_MS,
  );
  return {
    read: () => contents.get(),
    async positionOf(taskId) {
      const { waiting } = await contents.get();
      const index = waiting.findIndex((one) => one.taskId === taskId);
      return index === -1 ? null : index + 1;
    },
  };
}
