import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../logging.ts';
import type { Temporal } from '../temporal/connection.ts';
import { describeTask } from './describe-task.ts';
import { listChanges } from './list-changes.ts';
import { endLostTasks, listOpenRecords, type LostTasksDeps } from './lost-tasks.ts';
import { OVERLAP_MS, type ReconcilerDeps, runReconciler } from './reconciler.ts';
import type { StatusStore } from './status-store.ts';

/** In ms since 1970. Stored in Redis, so that a new control worker also lists the changes while none was running. */
const CHECKPOINT_KEY = 'reconciler:checkpoint';
const INTERVAL_MS = 2000;
/** Each pass reads all records. */
const LOST_INTERVAL_MS = 20_000;
const LOOK_AGAIN_MS = 5000;

async function keepEndingLost(
  { temporal, redis, store, announceLost, logger, now }: ReconcilerParts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const lost = await endLostTasks({
      open: () => listOpenRecords(redis),
      listRunning: async () => {
        const ids = new Set<string>();
        for await (const { taskId } of listChanges(temporal, null)) ids.add(taskId);
        return ids;
      },
      describe: (taskId) => describeTask(temporal, taskId),
      store,
      announceLost,
      now,
      pause: () => delay(LOOK_AGAIN_MS, undefined, { signal }),
      // The reconciler logs that something does not answer.
    }).catch(() => 0);
    if (lost > 0)
      logger.error(
        `❌ ${lost} tasks are lost: Temporal does not know them. Its database was lost or is an older one, or TEMPORAL_ADDRESS or TEMPORAL_NAMESPACE names another`,
      );
    await delay(LOST_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function readCheckpoint(redis: Redis): Promise<Date | null> {
  const stored = await redis.get(CHECKPOINT_KEY);
  return stored === null ? null : new Date(Number(stored));
}

/** When the last complete pass of any reconciler began; null if none is known. @throws when Redis does not answer. */
export async function lastReconciled(redis: Redis): Promise<Date | null> {
  const checkpoint = await readCheckpoint(redis);
  return checkpoint === null ? null : new Date(checkpoint.getTime() + OVERLAP_MS);
}

interface ReconcilerParts extends Pick<LostTasksDeps, 'announceLost'>, Pick<ReconcilerDeps, 'announceEnd'> {
  temporal: Temporal;
  redis: Redis;
  store: StatusStore;
  logger: Logger;
  now: () => Date;
}

/** Runs the reconciler against Temporal and Redis until aborted. */
export function startReconciler(deps: ReconcilerParts, signal: AbortSignal): Promise<void> {
  const { temporal, redis, store, announceEnd, logger, now } = deps;
  void keepEndingLost(deps, signal);
  return runReconciler(
    {
      store,
      announceEnd,
      logger,
      now,
      intervalMs: INTERVAL_MS,
      listChanges: (from) => listChanges(temporal, from),
      describe: (taskId, runId) => describeTask(temporal, taskId, runId),
      readCheckpoint: () => readCheckpoint(redis),
      saveCheckpoint: (from) => redis.set(CHECKPOINT_KEY, from.getTime()),
    },
    signal,
  );
}
