import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../../activities/gpu-activities.ts';
import { QUEUES } from '../contracts/names.ts';
import { createRemotionDriver, type RemotionDriver } from '../drivers/remotion/driver.ts';
import { findChromium } from '../host/chromium/find-chromium.ts';
import { createRoomMaker } from './room-maker.ts';
import type { WorkerParts } from './worker-parts.ts';
import { shortErrors } from './shorten-errors.ts';

/** Cancel reaches an activity with a heartbeat's answer; the SDK's own throttle would make that half a minute late. */
const HEARTBEAT_THROTTLE = '1 second';

/**
 * What draws the films, ready to: a worker that stands by has it too, so that it can begin at once.
 * @throws Error that says what to do when there is no Chromium to render with.
 */
export async function prepareRenderer(parts: WorkerParts, signal: AbortSignal): Promise<RemotionDriver> {
  const { config, logger } = parts;
  const { assets, cacheDir, render } = config;
  const chromium = await findChromium({ explicit: render.chromiumExecutable, cacheDir, logger, signal });
  const remotion = createRemotionDriver({
    assetRoot: assets.root,
    cacheDir,
    browserExecutable: chromium.executable,
    silenceSeconds: render.silenceSeconds,
    encoder: render.encoder,
    logger,
    ...(render.concurrency === undefined ? {} : { concurrency: render.concurrency }),
    ...(render.licenseKey === undefined ? {} : { licenseKey: render.licenseKey }),
  });
  await remotion.prepare(signal);
  return remotion;
}

/** The worker that has the card: one slot, activities only. */
export async function createSlotWorker(parts: WorkerParts, remotion: RemotionDriver): Promise<Worker> {
  const { config, connection, temporal, status, comfyui, cosyvoice, logger, now } = parts;
  const { assets, gpuId } = config;
  const about = { temporal, status, gpuId, logger, now, assets, assetRoot: assets.root };
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: QUEUES.gpu,
    identity: gpuId,
    activities: createGpuActivities({ ...about, remotion, comfyui, cosyvoice, makeRoom: createRoomMaker(parts) }),
    maxConcurrentActivityTaskExecutions: 1,
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
    interceptors: { activity: [shortErrors] },
    shutdownForceTime: config.shutdownGraceMs,
  });
  logger.info(`🖥️ GPU worker ${gpuId}: ready`);
  return worker;
}
