import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { CardHealth, PartHealth } from '../contracts/health.ts';
import type { Config } from '../config.ts';
import { QUEUES, type Engine } from '../contracts/names.ts';
import { type ErrorCode, ERRORS, messageOf } from '../errors.ts';
import { shownRedis } from '../redis-address.ts';
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

/** Why no worker works, where others have cards. */
export const holdersInWords = (cards: readonly CardHealth[]): string =>
  cards
    .map(
      ({ gpu_id: card, holder: { host, pid, since }, lease }) =>
        `the card ${card} belongs to process ${pid} on ${host} since ${since}${lease === 'held' ? '' : ', which has neither left nor been heard of of late'}`,
    )
    .join('; ');

/** Whether a GPU worker lives; where none does, who has the cards. Never rejects. */
export async function workerHealth(
  temporal: Temporal,
  config: Config,
  cards: Promise<readonly CardHealth[]> = Promise.resolve([]),
): Promise<PartHealth> {
  try {
    const { namespace } = config.temporal;
    const names = await temporal.connection.withDeadline(Date.now() + LIMIT_MS, () =>
      listGpuWorkers(temporal, { namespace, taskQueue: QUEUES.gpu }),
    );
    if (names.length > 0) return { ok: true, detail: names.join(', ') };
    const holders = holdersInWords(await cards);
    const detail =
      holders === ''
        ? 'no GPU worker runs; start one with `npm run worker`, or see worker.log'
        : `no GPU worker works: ${holders}; workers stand by until it ends`;
    return { ok: false, detail };
  } catch (error) {
    const detail = isServerAway(error) ? 'not known while the Temporal server does not answer' : messageOf(error);
    return { ok: false, detail };
  }
}

async function redisHealth(
  redis: Redis,
  config: Config,
  writesRefused: () => Promise<string | null>,
): Promise<PartHealth> {
  try {
    await redis.ping();
    const reason = await writesRefused();
    if (reason !== null)
      return {
        ok: false,
        detail: `Redis answers and refuses writes: ${reason}. Statuses come from Temporal meanwhile`,
      };
    return { ok: true, detail: shownRedis(config.redis) };
  } catch {
    return { ok: false, detail: redisTrouble(redis) };
  }
}

/** What tells how an engine is: the check of its driver, which a task begins with too. */
type EngineCheck = () => Promise<{ up: true } | { up: false; code: ErrorCode; message: string }>;
export type EngineChecks = Readonly<Record<Engine, { check: EngineCheck }>>;

async function engineHealth(check: EngineCheck, url: string): Promise<PartHealth> {
  const late = new AbortController();
  const silence = delay(LIMIT_MS, null, { signal: late.signal }).catch(() => null);
  const health = await Promise.race([check(), silence]);
  late.abort();
  if (health === null) return { ok: false, detail: `${url}: no answer in time` };
  return health.up
    ? { ok: true, detail: url }
    : { ok: false, detail: `${health.message}. ${ERRORS[health.code].hint}`, code: health.code };
}

/** How the engines are, in the words that their tasks are told. Takes 3 s at most and never throws. */
export async function enginesHealth(checks: EngineChecks, { engines }: Config): Promise<Record<Engine, PartHealth>> {
  const [comfyui, cosyvoice] = await Promise.all([
    engineHealth(() => checks.comfyui.check(), engines.comfyuiUrl),
    engineHealth(() => checks.cosyvoice.check(), engines.cosyvoiceUrl),
  ]);
  return { comfyui, cosyvoice };
}

/** Who has which card; none where Redis does not tell. Never rejects. */
export async function cardsHealth(redis: Redis): Promise<CardHealth[]> {
  const holders = await listHolders(redis).catch(() => []);
  return holders.map(({ gpuId, holder: { host, pid, since, counter }, held }) => ({
    gpu_id: gpuId,
    holder: { host, pid, since },
    number: counter,
    lease: held ? 'held' : 'expired',
  }));
}

/** Looks at everything a task may need, all at once. Takes 3 s at most and never throws. */
export async function checkHealth(parts: {
  writesRefused: () => Promise<string | null>;
  temporal: Temporal;
  redis: Redis;
  config: Config;
  engines: EngineChecks;
}) {
  const { temporal, redis, config } = parts;
  const cardHolders = cardsHealth(redis);
  const [temporalPart, gpuWorker, redisPart, assets, engines, cards] = await Promise.all([
    temporalHealth(temporal, config),
    workerHealth(temporal, config, cardHolders),
    redisHealth(redis, config, parts.writesRefused),
    assetsHealth(config.assets.root, LIMIT_MS),
    enginesHealth(parts.engines, config),
    cardHolders,
  ]);
  return {
    cards,
    required: { temporal: temporalPart, redis: redisPart, gpu_worker: gpuWorker, assets },
    engines,
  };
}
