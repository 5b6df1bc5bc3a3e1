import type { Redis } from 'ioredis';
import type { CardHealth, PartHealth } from '../contracts/health.ts';
import type { Config } from '../config.ts';
import { ENGINE_NAMES, QUEUES, type Engine } from '../contracts/names.ts';
import { ERRORS, messageOf } from '../errors.ts';
import { listHolders } from '../gpu/list-holders.ts';
import { isServerAway, type Temporal } from '../temporal/connection.ts';
import { listGpuWorkers } from '../temporal/gpu-workers.ts';
import { readPause } from '../temporal/pause-queue.ts';
import { effectiveOrder, inspectServer, orderInWords } from '../temporal/server-facts.ts';
import { assetsHealth } from './assets-health.ts';
import { redisTrouble } from './redis.ts';

const LIMIT_MS = 3000;

async function temporalHealth(temporal: Temporal, config: Config): Promise<PartHealth> {
  try {
    return await temporal.connection.withDeadline(Date.now() + LIMIT_MS, async () => {
      const { namespace, address, uiUrl, priorityLevels } = config.temporal;
      const queue = { namespace, taskQueue: QUEUES.gpu };
      const [facts, paused] = await Promise.all([
        inspectServer(temporal.connection, queue),
        readPause(temporal, queue).catch(() => null),
      ]);
      const ok = facts.attributesMissing.length === 0;
      const detail = ok
        ? `server ${facts.version} at ${address}`
        : `the search attributes ${facts.attributesMissing.join(', ')} are missing; start the worker, which adds them`;
      return {
        ok,
        detail,
        order: effectiveOrder(facts, priorityLevels),
        order_detail: orderInWords(facts, priorityLevels),
        priority_levels: facts.priorityLevels ?? null,
        paused,
        ui: uiUrl ?? null,
      };
    });
  } catch {
    return {
      ok: false,
      detail: `${ERRORS.temporal_unavailable.message.split(';')[0]}. ${ERRORS.temporal_unavailable.hint}`,
    };
  }
}

/** Whether a GPU worker lives. Never rejects. */
export async function workerHealth(temporal: Temporal, config: Config): Promise<PartHealth> {
  try {
    const { namespace } = config.temporal;
    const names = await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () =>
      listGpuWorkers(temporal, { namespace, taskQueue: QUEUES.gpu }),
    );
    return names.length > 0
      ? { ok: true, detail: names.join(', ') }
      : { ok: false, detail: 'no GPU worker runs; start one with `npm run worker`, or see worker.log' };
  } catch (error) {
    const detail = isServerAway(error) ? 'not known while the Temporal server does not answer' : messageOf(error);
    return { ok: false, detail };
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

/** Which engines answer. Takes 3 s at most and never throws. */
export async function enginesHealth({ engines }: Config): Promise<Record<Engine, PartHealth>> {
  const [comfyui, cosyvoice] = await Promise.all([
    engineHealth(ENGINE_NAMES.comfyui, engines.comfyuiUrl),
    engineHealth(ENGINE_NAMES.cosyvoice, engines.cosyvoiceUrl),
  ]);
  return { comfyui, cosyvoice };
}

/** Who has which card; none where Redis does not tell. Never rejects. */
async function cardsHealth(redis: Redis): Promise<CardHealth[]> {
  const holders = await listHolders(redis).catch(() => []);
  return holders.map(({ gpuId, holder: { host, pid, since, counter }, held }) => ({
    gpu_id: gpuId,
    holder: { host, pid, since },
    number: counter,
    lease: held ? 'held' : 'expired',
  }));
}

/** Looks at everything a task may need, all at once. Takes 3 s at most and never throws. */
export async function checkHealth(parts: { temporal: Temporal; redis: Redis; config: Config }) {
  const { temporal, redis, config } = parts;
  const [temporalPart, gpuWorker, redisPart, assets, engines, cards] = await Promise.all([
    temporalHealth(temporal, config),
    workerHealth(temporal, config),
    redisHealth(redis, config),
    assetsHealth(config.assets.root, LIMIT_MS),
    enginesHealth(config),
    cardsHealth(redis),
  ]);
  return {
    cards,
    required: { temporal: temporalPart, redis: redisPart, gpu_worker: gpuWorker, assets },
    engines,
  };
}
