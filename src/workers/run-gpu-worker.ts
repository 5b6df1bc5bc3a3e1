import { randomUUID } from 'node:crypto';
import { createCardLock } from '../gpu/create-card-lock.ts';
import { describeThisProcess } from '../gpu/holder.ts';
import { createLeaseStore } from '../gpu/lease-store.ts';
import { holdCard } from '../gpu/hold-card.ts';
import type { Obstacle } from '../gpu/claim-card.ts';
import { reportStandby } from '../temporal/standby-workers.ts';
import { reportLiveness } from '../status/worker-liveness.ts';
import { closeEngines, createSlotWorker, openEngines } from './gpu-worker.ts';
import { runUntilAborted, type WorkerParts } from './worker-parts.ts';

/** Resolves with undefined instead of rejecting after an abort. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });

/**
 * The GPU worker of this process. Until the signal aborts, it polls for work while it holds the card, and stands by
 * otherwise.
 * @param options.onStanding called when it has begun to work, and when it stands by. For a supervisor both states are
 * healthy.
 */
export async function runGpuWorker(
  parts: WorkerParts,
  options: { takeOver: boolean; onStanding: () => void; signal: AbortSignal },
): Promise<void> {
  const { config, redis, logger, now } = parts;
  const { gpuId, hold } = config;
  const { takeOver, onStanding, signal } = options;
  const standby = reportStandby(parts.temporal, config.temporal);
  standby.say('it is starting and prepares its engines');
  await unlessAborted(openEngines(parts, signal), signal);
  if (signal.aborted) return standby.end();
  const deps = {
    gpuId,
    me: await describeThisProcess(randomUUID()),
    lock: createCardLock(gpuId, hold.lockFile),
    lease: createLeaseStore(redis, gpuId, hold.leaseMs),
    leaseMs: hold.leaseMs,
    strict: hold.strict,
    takeOver,
    now,
    logger,
    onObstacle({ reason }: Obstacle) {
      standby.say(reason);
      onStanding();
    },
  };
  await holdCard(deps, signal, async (held) => {
    // This ends renders that a killed holder left running.
    await unlessAborted(openEngines(parts, held), held);
    if (held.aborted) return;
    void reportLiveness(redis, gpuId, held);
    const worker = await createSlotWorker(parts);
    standby.end();
    onStanding();
    await runUntilAborted(worker, held).catch((error: unknown) => {
      // A worker whose task is still running at the end of the limit throws different errors.
      if (!held.aborted) throw error;
      const limit = `SHUTDOWN_GRACE_SECONDS (${config.shutdownGraceMs / 1000})`;
      const words = `The engine did not stop the running task within ${limit}; the next worker continues the task in about 10 s`;
      throw new Error(words, { cause: error });
    });
    await closeEngines(parts);
  }).finally(standby.end);
}
