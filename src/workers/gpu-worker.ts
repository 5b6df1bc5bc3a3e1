import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../../activities/gpu-activities.ts';
import { QUEUES, TASK_TYPES } from '../contracts/names.ts';
import { createEventPublisher } from '../status/publish-events.ts';
import { shareCard } from './share-card.ts';
import type { WorkerParts } from './worker-parts.ts';
import { shortErrors } from './shorten-errors.ts';

/**
 * A cancel reaches an activity in the answer to a heartbeat; the SDK's own throttle would delay it by half a minute.
 */
const HEARTBEAT_THROTTLE = '1 second';

/** Prepares the engines for work. A standby worker does this too, so that it can begin at once. */
export async function openEngines({ engines }: WorkerParts, signal: AbortSignal): Promise<void> {
  for (const type of TASK_TYPES) await engines[type].open?.(signal);
}

export async function closeEngines({ engines }: WorkerParts): Promise<void> {
  for (const type of TASK_TYPES) await engines[type].close?.();
}

/** The worker that has the card: one slot, activities only. */
export async function createSlotWorker(parts: WorkerParts): Promise<Worker> {
  const { config, connection, temporal, status, engines, logger, now } = parts;
  const { assets, gpuId } = config;
  const about = {
    temporal,
    status,
    events: createEventPublisher(parts.redis),
    gpuId,
    logger,
    now,
    assetRoot: assets.root,
  };
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: QUEUES.gpu,
    identity: gpuId,
    activities: createGpuActivities({ ...about, engines, makeRoom: shareCard(parts) }),
    maxConcurrentActivityTaskExecutions: 1,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    interceptors: { activity: [shortErrors] },
    shutdownForceTime: config.shutdownGraceMs,
  });
  logger.info(`🖥️ GPU worker ${gpuId}: ready`);
  return worker;
}
