import type { Redis } from 'ioredis';
import type { Logger } from '../logging.ts';
import type { Temporal } from '../temporal/connection.ts';
import { describeTask } from '../temporal/describe-task.ts';
import { listChanges } from '../temporal/list-changes.ts';
import { runReconciler } from './reconciler.ts';
import type { StatusStore } from './status-store.ts';

/** In ms since 1970: what happened while no control worker ran is looked at after a start. */
const CHECKPOINT_KEY = 'reconciler:checkpoint';
const INTERVAL_MS = 2000;

/** Runs the reconciler against Temporal and Redis until aborted. */
export function startReconciler(
  deps: { temporal: Temporal; redis: Redis; store: StatusStore; logger: Logger; now: () => Date },
  signal: AbortSignal,
): Promise<void> {
  const { temporal, redis, store, logger, now } = deps;
  return runReconciler(
    {
      store,
      logger,
      now,
      intervalMs: INTERVAL_MS,
      listChanges: (from) => listChanges(temporal, from),
      describe: (taskId, runId) => describeTask(temporal, taskId, runId),
      async readCheckpoint() {
        const stored = await redis.get(CHECKPOINT_KEY);
        return stored === null ? null : new Date(Number(stored));
      },
      saveCheckpoint: (from) => redis.set(CHECKPOINT_KEY, from.getTime()),
    },
    signal,
  );
}
