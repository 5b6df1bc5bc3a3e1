import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../logging.ts';
import type { Temporal } from '../temporal/connection.ts';
import { describeTask } from '../temporal/describe-task.ts';
import { listChanges } from '../temporal/list-changes.ts';
import { runReconciler } from './reconciler.ts';
import type { StatusStore } from './status-store.ts';

/** Where the last pass began, in ms since 1970: what happened while no control worker ran is looked at after a start. */
const CHECKPOINT_KEY = 'reconciler:checkpoint';
const INTERVAL_MS = 2000;
const FIRST_LOOK_BACK_MS = 60 * 60 * 1000;

/** Redis may be slower to start than this process, and its checkpoint is worth waiting for. 0 where there is none. */
async function readCheckpoint(redis: Redis, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    const stored = await redis.get(CHECKPOINT_KEY).catch(() => undefined);
    if (stored !== undefined) return Number(stored ?? 0);
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
  return 0;
}

/** Runs the reconciler against Temporal and Redis until aborted. */
export async function startReconciler(
  deps: { temporal: Temporal; redis: Redis; store: StatusStore; logger: Logger; now: () => Date },
  signal: AbortSignal,
): Promise<void> {
  const { temporal, redis, store, logger, now } = deps;
  const checkpoint = await readCheckpoint(redis, signal);
  const since = new Date(checkpoint > 0 ? checkpoint : now().getTime() - FIRST_LOOK_BACK_MS);
  await runReconciler(
    {
      store,
      logger,
      now,
      intervalMs: INTERVAL_MS,
      listChanges: (from) => listChanges(temporal, from),
      describe: (taskId, runId) => describeTask(temporal, taskId, runId),
      saveCheckpoint: (from) => redis.set(CHECKPOINT_KEY, from.getTime()),
    },
    since,
    signal,
  );
}
