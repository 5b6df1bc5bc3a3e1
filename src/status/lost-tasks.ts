import type { Redis } from 'ioredis';
import type { WorkType } from '../contracts/names.ts';
import type { Webhook } from '../contracts/webhook-events.ts';
import { AppError } from '../errors.ts';
import type { DescribedTask } from './describe-task.ts';
import { LOST_PHASE, RECORD_PREFIX } from './queue-keys.ts';
import type { StatusStore } from './status-store.ts';

/** The record of a task that has not ended, or is lost. */
export interface OpenRecord {
  taskId: string;
  runStartedAt: number;
  attempt: number;
  createdAt: Date;
  lost: boolean;
  taskType: WorkType;
  webhook: Webhook | null;
}

const SCAN_COUNT = 500;
/** A task is accepted before it is recorded, and clocks differ. */
const YOUNG_MS = 30_000;

/** The records of all tasks that have not ended, or are lost. @throws when Redis does not answer. */
export async function* listOpenRecords(redis: Redis): AsyncIterable<OpenRecord> {
  for await (const keys of redis.scanStream({ match: `${RECORD_PREFIX}*`, count: SCAN_COUNT }) as AsyncIterable<
    string[]
  >)
    for (const key of keys) {
      const [final, run, attempt, createdAt, phase, taskType, webhook] = await redis.hmget(
        key,
        'final',
        'run',
        'attempt',
        'createdAt',
        'phase',
        'taskType',
        'webhook',
      );
      const lost = phase === JSON.stringify(LOST_PHASE);
      if ((final !== '0' && !lost) || createdAt == null) continue;
      yield {
        taskId: key.slice(RECORD_PREFIX.length),
        runStartedAt: Number(run),
        attempt: Number(attempt),
        createdAt: new Date(JSON.parse(createdAt) as string),
        lost,
        taskType: JSON.parse(taskType ?? '"remotion_render"') as WorkType,
        webhook: webhook == null ? null : (JSON.parse(webhook) as Webhook),
      };
    }
}

export interface LostTasksDeps {
  open: () => AsyncIterable<OpenRecord>;
  /** Ids of all tasks that have not ended. Visibility may lag, so a task that is missing there is described. */
  listRunning: () => Promise<ReadonlySet<string>>;
  /** Strongly consistent. @returns null if Temporal does not know the task. @throws when it does not answer. */
  describe: (taskId: string) => Promise<DescribedTask | null>;
  store: Pick<StatusStore, 'write'>;
  /** Begins to tell the webhook of a lost task, unless that has begun before. */
  announceLost: (record: OpenRecord) => Promise<void>;
  now: () => Date;
  /** Waits some seconds before missing tasks are described again. */
  pause: () => Promise<unknown>;
}

/**
 * Ends the records of tasks that Temporal no longer knows in two checks, because its database was lost or is an older
 * one. The tasks leave the queue. A lost task that runs again gets its status back.
 * @returns the number of lost tasks. @throws when Temporal or Redis does not answer, or the namespace is missing; then
 * no task counts as lost.
 */
export async function endLostTasks(deps: LostTasksDeps): Promise<number> {
  const running = await deps.listRunning();
  const now = deps.now();
  const isMissing = async ({ taskId }: OpenRecord): Promise<boolean> => {
    const task = await deps.describe(taskId);
    if (task !== null) await deps.store.write(taskId, task.version, task.record);
    return task === null;
  };
  const missing: OpenRecord[] = [];
  for await (const record of deps.open()) {
    // A lost task is described when it runs, or when its status is requested.
    if (record.lost && !running.has(record.taskId)) await deps.announceLost(record);
    if (record.lost !== running.has(record.taskId)) continue;
    if (now.getTime() - record.createdAt.getTime() < YOUNG_MS) continue;
    if (await isMissing(record)) missing.push(record);
  }
  if (missing.length === 0) return 0;
  await deps.pause();
  const gone: OpenRecord[] = [];
  for (const record of missing) if (!record.lost && (await isMissing(record))) gone.push(record);
  let lost = 0;
  for (const record of gone) {
    const { taskId, runStartedAt, attempt } = record;
    const ended = await deps.store.write(
      taskId,
      { runStartedAt, attempt },
      {
        status: 'failed',
        result: { error: new AppError('task_lost').body },
        phase: LOST_PHASE,
        waiting: null,
        finishedAt: now.toISOString(),
      },
    );
    if (!ended) continue;
    lost += 1;
    await deps.announceLost(record);
  }
  return lost;
}
