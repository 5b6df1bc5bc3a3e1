import { randomUUID } from 'node:crypto';
import { createCardLock } from '../gpu/create-card-lock.ts';
import { describeThisProcess } from '../gpu/holder.ts';
import { createLeaseStore } from '../gpu/lease-store.ts';
import { holdCard } from '../gpu/hold-card.ts';
import { keepReporting } from '../status/loop-reports.ts';
import { closeEngines, createSlotWorker, openEngines } from './gpu-worker.ts';
import { runUntilAborted, type WorkerParts } from './worker-parts.ts';

/** Undefined instead of an error once aborted. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return undefined;
  });

/**
 * The GPU worker of this process: it polls for work as long as the card is ours, and stands by otherwise, until the signal aborts.
 * @param options.onStanding told when it has begun to work, and when it stands by: to a supervisor both are as they should be.
 */
export async function runGpuWorker(
  parts: WorkerParts,
  options: { takeOver: boolean; onStanding: () => void; signal: AbortSignal },
): Promise<void> {
  const { config, redis, logger, now } = parts;
  const { gpuId, hold } = config;
  const { takeOver, onStanding, signal } = options;
  await unlessAborted(openEngines(parts, signal), signal);
  if (signal.aborted) return;
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
    onObstacle: onStanding,
  };
  await holdCard(deps, signal, async (held) => {
    // Ends the renders of an earlier holder that was killed.
    await unlessAborted(openEngines(parts, held), held);
    if (held.aborted) return;
    void keepReporting(redis, gpuId, held);
    const worker = await createSlotWorker(parts);
    onStanding();
    await runUntilAborted(worker, held).catch((error: unknown) => {
      // One that is left with a task at the end of its limit fails in one way or another.
      if (!held.aborted) throw error;
      const limit = `SHUTDOWN_GRACE_SECONDS (${config.shutdownGraceMs / 1000})`;
      const words = `The task in hand did not let go of its engine within ${limit}; the next worker goes on with it, some 10 s from now`;
      throw new Error(words, { cause: error });
    });
    await closeEngines(parts);
  });
}
