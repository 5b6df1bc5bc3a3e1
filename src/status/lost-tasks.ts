import type { Redis } from 'ioredis';
import { AppError } from '../errors.ts';
import type { DescribedTask } from './describe-task.ts';
import { LOST_PHASE, RECORD_PREFIX } from './queue-keys.ts';
import type { StatusStore } from './status-store.ts';

/** A record that says that its task is not over, or lost. */
export interface OpenRecord {
  taskId: string;
  runStartedAt: number;
  attempt: number;
  createdAt: Date;
  lost: boolean;
}

const SCAN_COUNT = 500;
/** A task is accepted before it is recorded; this is for clocks that differ. */
const YOUNG_MS = 30_000;

/** All records of tasks that are not over, or lost. @throws when Redis does not answer. */
export async function* listOpenRecords(redis: Redis): AsyncIterable<OpenRecord> {
  for await (const keys of redis.scanStream({ match: `${RECORD_PREFIX}*`, count: SCAN_COUNT }) as AsyncIterable<
    string[]
  >)
    for (const key of keys) {
      const [final, run, attempt, createdAt, phase] = await redis.hmget(
        key,
        'final',
        'run',
        'attempt',
        'createdAt',
        'phase',
      );
      const lost = phase === JSON.stringify(LOST_PHASE);
      if ((final !== '0' && !lost) || createdAt == null) continue;
      yield {
        taskId: key.slice(RECORD_PREFIX.length),
        runStartedAt: Number(run),
        attempt: Number(attempt),
        createdAt: new Date(JSON.parse(createdAt) as string),
        lost,
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
  /** Some seconds, between the two looks at what is missing. */
  pause: () => Promise<unknown>;
}

/**
 * Ends the records of tasks that Temporal, asked twice, does not know any more, because its database was lost or is an older one: they
 * take no place in the line from then on. Lost ones that run again get their status back.
 * @returns how many are lost. @throws when Temporal or Redis does not answer, or the namespace is missing; nothing is called lost then.
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
    // A lost one is looked at when it runs, or when someone asks for it.
    if (record.lost !== running.has(record.taskId)) continue;
    if (now.getTime() - record.createdAt.getTime() < YOUNG_MS) continue;
    if (await isMissing(record)) missing.push(record);
  }
  if (missing.length === 0) return 0;
  await deps.pause();
  const gone: OpenRecord[] = [];
  for (const record of missing) if (!record.lost && (await isMissing(record))) gone.push(record);
  let lost = 0;
  for (const { taskId, runStartedAt, attempt } of gone) {
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
    if (ended) lost += 1;
  }
  return lost;
}
