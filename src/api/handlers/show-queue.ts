import type { PartHealth } from '../../contracts/health.ts';
import { queuePageSchema, type QueueBody, type QueuedTask as QueuedTaskBody } from '../../contracts/queue.ts';
import { fieldErrors } from '../../contracts/fields.ts';
import { AppError, messageOf } from '../../errors.ts';
import { cached } from '../../status/cached.ts';
import type { WaitForecast } from '../../status/wait-forecast.ts';
import type { QueuedTask } from '../../status/redis-queue.ts';
import { enginesFor } from '../hide-addresses.ts';
import { refusal } from '../refusal.ts';
import { type Caller, maySee } from '../caller.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { hiddenRunningTask, runningTask } from './running-task.ts';

export interface ShowQueueDeps {
  forecast: WaitForecast;
  /** For each engine, how many tasks wait because it is away. Never rejects. */
  countWaitingForEngines: () => Promise<Record<string, number>>;
  /** Never rejects. */
  checkWorkers: () => Promise<{
    engines: Record<string, PartHealth>;
    gpuWorker: PartHealth;
    controlWorker: PartHealth;
  }>;
}

/** Temporal, the engines and the workers are queried at most this often. */
const FRESH_MS = 500;

function byPriority(waiting: readonly QueuedTask[]): { priority: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { priority } of waiting) counts.set(priority, (counts.get(priority) ?? 0) + 1);
  return [...counts].map(([priority, count]) => ({ priority, count })).toSorted((a, b) => b.priority - a.priority);
}

/** A waiting task as this caller may see it: a task of another client is a place without an owner. */
const waitingTask = (
  { taskId, taskType, priority, createdAt, client }: QueuedTask,
  caller: Caller,
): QueuedTaskBody => ({
  ...(maySee(caller, client) ? { task_id: taskId, created_at: createdAt } : { task_id: null, created_at: null }),
  task_type: taskType,
  priority,
});

/**
 * `GET /queue?next=20`: the running and the waiting tasks, and the state of the parts that they need. @throws
 * {AppError} `queue_unknown`
 */
export function createShowQueue(deps: ShowQueueDeps) {
  const forEngines = cached(deps.countWaitingForEngines, FRESH_MS);
  const workers = cached(deps.checkWorkers, FRESH_MS);
  return async ({ query, caller }: ApiRequest): Promise<ApiResponse> => {
    const page = queuePageSchema.safeParse(query);
    if (!page.success) throw refusal(fieldErrors(page.error));
    const [queue, forEngine, { engines, gpuWorker, controlWorker }] = await Promise.all([
      deps.forecast.ofQueue().catch((error: unknown) => {
        throw new AppError('queue_unknown', messageOf(error), { cause: error });
      }),
      forEngines.get(),
      workers.get(),
    ]);
    const body: QueueBody = {
      paused: queue.pause,
      running: queue.running.map(({ taskId, ...record }) =>
        maySee(caller, record.client) ? runningTask(taskId, record) : hiddenRunningTask(record),
      ),
      waiting: {
        count: queue.count,
        by_priority: byPriority(queue.waiting),
        next: queue.waiting.slice(0, page.data.next).map((task) => waitingTask(task, caller)),
        for_engine: forEngine,
      },
      drain_seconds: queue.drained,
      engines: enginesFor(caller, engines),
      gpu_worker: gpuWorker,
      control_worker: controlWorker,
    };
    return { status: 200, body };
  };
}
