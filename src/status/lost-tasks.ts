import type { Redis } from 'ioredis';
import { AppError } from '../errors.ts';
import type { DescribedTask } from '../temporal/describe-task.ts';
import { RECORD_PREFIX } from './queue-keys.ts';
import type { StatusStore } from './status-store.ts';

/** A record that says that its task is not over. */
export interface OpenRecord {
  taskId: string;
  runStartedAt: number;
  attempt: number;
  createdAt: Date;
}

const SCAN_COUNT = 500;
/** A task is accepted before it is recorded; this is for clocks that differ. */
const YOUNG_MS = 30_000;

/** All records of tasks that are not over. @throws when Redis does not answer. */
export async function* listOpenRecords(redis: Redis): AsyncIterable<OpenRecord> {
  for await (const keys of redis.scanStream({ match: `${RECORD_PREFIX}*`, count: SCAN_COUNT }) as AsyncIterable<
    string[]
  >)
    for (const key of keys) {
      const [final, run, attempt, createdAt] = await redis.hmget(key, 'final', 'run', 'attempt', 'createdAt');
      if (final !== '0' || createdAt == null) continue;
      yield {
        taskId: key.slice(RECORD_PREFIX.length),
        runStartedAt: Number(run),
        attempt: Number(attempt),
        createdAt: new Date(JSON.parse(createdAt) as string),
      };
    }
}

export interface LostTasksDeps {
  open: () => AsyncIterable<OpenRecord>;
  /** Ids of all tasks that run, as visibility has them: it may lag, so that what is missing there is looked at itself. */
  listRunning: () => Promise<ReadonlySet<string>>;
  /** Consistent. @returns null when Temporal does not know the task; @throws when it does not answer. */
  describe: (taskId: string) => Promise<DescribedTask | null>;
  store: Pick<StatusStore, 'write'>;
  now: () => Date;
}

/**
 * Ends the records of tasks that Temporal does not know any more, because its database was lost or is an older one: they take no place
 * in the line from then on. @returns how many. @throws when Temporal or Redis does not answer; nothing is called lost then.
 */
export async function endLostTasks(deps: LostTasksDeps): Promise<number> {
  const running = await deps.listRunning();
  const now = deps.now();
  let lost = 0;
  for await (const { taskId, runStartedAt, attempt, createdAt } of deps.open()) {
    if (running.has(taskId) || now.getTime() - createdAt.getTime() < YOUNG_MS) continue;
    const task = await deps.describe(taskId);
    const ended =
      task === null &&
      (await deps.store.write(
        taskId,
        { runStartedAt, attempt },
        {
          status: 'failed',
          result: { error: new AppError('task_lost').body },
          phase: 'failed',
          waiting: null,
          finishedAt: now.toISOString(),
        },
      ));
    if (ended) lost += 1;
    if (task !== null) await deps.store.write(taskId, task.version, task.record);
  }
  return lost;
}
