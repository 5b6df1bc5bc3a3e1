import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Redis } from 'ioredis';
import type { PartHealth } from '../contracts/health.ts';
import type { Config } from '../config.ts';
import { QUEUES, WORKER_HEARTBEAT_MS } from '../contracts/names.ts';
import { ERRORS, messageOf } from '../errors.ts';
import type { Temporal } from '../temporal/connection.ts';
import { inspectServer } from '../temporal/server-facts.ts';
import { assetsHealth } from './assets-health.ts';
import { redisTrouble } from './redis.ts';

const LIMIT_MS = 3000;
/** `temporal.api.enums.v1.WorkerStatus` */
const RUNNING = 1;

async function temporalHealth(temporal: Temporal, config: Config): Promise<PartHealth> {
  try {
    return await temporal.connection.withDeadline(Date.now() + LIMIT_MS, async () => {
      const { namespace, address, uiUrl } = config.temporal;
      const facts = await inspectServer(temporal.connection, { namespace, taskQueue: QUEUES.gpu });
      const ok = facts.attributesMissing.length === 0;
      const detail = ok
        ? `server ${facts.version} at ${address}`
        : `the search attributes ${facts.attributesMissing.join(', ')} are missing; start the worker, which adds them`;
      return { ok, detail, order: facts.order, priority_levels: facts.priorityLevels ?? null, ui: uiUrl ?? null };
    });
  } catch {
    return {
      ok: false,
      detail: `${ERRORS.temporal_unavailable.message.split(';')[0]}. ${ERRORS.temporal_unavailable.hint}`,
    };
  }
}

/** GPU workers whose heartbeat is fresh. Unlike pollers, which a worker with its one slot taken does not have for as long. */
async function workerHealth(temporal: Temporal, config: Config): Promise<PartHealth> {
  try {
    return await temporal.connection.withDeadline(Date.now() + LIMIT_MS, async () => {
      const { workersInfo } = await temporal.connection.workflowService.listWorkers({
        namespace: config.temporal.namespace,
        query: `TaskQueue="${QUEUES.gpu}"`,
        pageSize: 100,
      });
      const oldest = Date.now() - 3 * WORKER_HEARTBEAT_MS;
      const names = (workersInfo ?? [])
        .map(({ workerHeartbeat }) => workerHeartbeat)
        .filter((worker) => worker?.status === RUNNING && tsToMs(worker.heartbeatTime) >= oldest)
        .map((worker) => worker?.workerIdentity);
      return names.length > 0
        ? { ok: true, detail: names.join(', ') }
        : { ok: false, detail: 'no GPU worker runs; start one with `npm run worker`, or see worker.log' };
    });
  } catch (error) {
    return { ok: false, detail: messageOf(error) };
  }
}

async function redisHealth(redis: Redis, config: Config): Promise<PartHealth> {
  try {
    await redis.ping();
    return { ok: true, detail: `${config.redis.host}:${config.redis.port}` };
  } catch {
    return { ok: false, detail: redisTrouble(redis) };
  }
}

/** Whether an engine answers HTTP at all. */
async function engineHealth(name: string, url: string): Promise<PartHealth> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' });
    // A body that nobody reads would keep the connection.
    await response.body?.cancel();
    return { ok: true, detail: url };
  } catch {
    return { ok: false, detail: `Connection refused: ${name} does not answer at ${url}. Start ${name}.` };
  }
}

/** Looks at everything a task may need, all at once. Takes 3 s at most and never throws. */
export async function checkHealth(parts: { temporal: Temporal; redis: Redis; config: Config }) {
  const { temporal, redis, config } = parts;
  const [temporalPart, gpuWorker, redisPart, assets, comfyui, cosyvoice] = await Promise.all([
    temporalHealth(temporal, config),
    workerHealth(temporal, config),
    redisHealth(redis, config),
    assetsHealth(config.assets.root, LIMIT_MS),
    engineHealth('ComfyUI', config.engines.comfyuiUrl),
    engineHealth('CosyVoice', config.engines.cosyvoiceUrl),
  ]);
  return {
    required: { temporal: temporalPart, redis: redisPart, gpu_worker: gpuWorker, assets },
    engines: { comfyui, cosyvoice },
  };
}
