import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { CardHealth, PartHealth } from '../contracts/health.ts';
import type { Config } from '../config.ts';
import { QUEUES, SERVER_ENGINES, type ServerEngine } from '../contracts/names.ts';
import { type ErrorCode, ERRORS } from '../errors.ts';
import { shownRedis } from '../redis/address.ts';
import { listHolders } from '../gpu/list-holders.ts';
import type { Temporal } from '../temporal/connection.ts';
import { listLiveWorkers } from '../temporal/live-workers.ts';
import { listStandbyWorkers } from '../temporal/standby-workers.ts';
import { readPause } from '../temporal/queue-switch.ts';
import { effectiveOrder, inspectServer, orderInWords } from '../temporal/server-facts.ts';
import { assetsHealth } from './assets-health.ts';
import { readSilence } from './worker-liveness.ts';
import { redisTrouble } from '../redis/connection.ts';
import { controlWorkerState, gpuWorkerState, type WorkerChecks } from './worker-health.ts';

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

async function redisHealth(
  redis: Redis,
  config: Config,
  redisWriteRefusal: () => Promise<string | null>,
): Promise<PartHealth> {
  // Some servers also refuse a PING.
  const reason = await redisWriteRefusal();
  if (reason !== null)
    return {
      ok: false,
      detail: `Redis answers but refuses writes: ${reason}. Meanwhile statuses are read from Temporal`,
    };
  try {
    await redis.ping();
    return { ok: true, detail: shownRedis(config.redis) };
  } catch {
    return { ok: false, detail: redisTrouble(redis) };
  }
}

/** The check of an engine's driver, with which its tasks begin too. */
type EngineCheck = () => Promise<{ up: true } | { up: false; code: ErrorCode; message: string }>;
export type EngineChecks = Readonly<Record<ServerEngine, { check: EngineCheck }>>;

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

/**
 * The state of the engines, in the words that the status of a waiting task uses. Takes at most 3 s and never throws.
 */
export async function enginesHealth(
  checks: EngineChecks,
  { engines }: Config,
): Promise<Record<ServerEngine, PartHealth>> {
  const health = await Promise.all(
    SERVER_ENGINES.map(async (engine) => {
      return [engine, await engineHealth(() => checks[engine].check(), engines[engine].url)] as const;
    }),
  );
  return Object.fromEntries(health) as Record<ServerEngine, PartHealth>;
}

/** The holder of each card; none while Redis does not answer. Never rejects. */
export async function cardsHealth(redis: Redis): Promise<CardHealth[]> {
  const holders = await listHolders(redis).catch(() => []);
  return holders.map(({ gpuId, holder: { host, pid, since, counter }, held }) => ({
    gpu_id: gpuId,
    holder: { host, pid, since },
    number: counter,
    lease: held ? 'held' : 'expired',
  }));
}

/**
 * The sources of the workers' health: Temporal, their reports in Redis, and the leases of the cards.
 * @param redisWriteRefusal while Redis refuses writes, the reports in it are out of date.
 */
export function createWorkerChecks(parts: {
  temporal: Temporal;
  redis: Redis;
  config: Config;
  redisWriteRefusal: () => Promise<string | null>;
  /** How long Temporal may take to answer. */
  limitMs?: number;
}): WorkerChecks {
  const { temporal, redis, config, redisWriteRefusal, limitMs = LIMIT_MS } = parts;
  const { namespace } = config.temporal;
  return {
    listWorkers: (taskQueue) =>
      temporal.connection.withDeadline(Date.now() + limitMs, () => listLiveWorkers(temporal, { namespace, taskQueue })),
    async silenceOf(worker) {
      const silence = await readSilence(redis, worker).catch(() => null);
      return (await redisWriteRefusal()) === null ? silence : null;
    },
    listStandbys: () =>
      temporal.connection
        .withDeadline(Date.now() + limitMs, () => listStandbyWorkers(temporal, { namespace }))
        .catch(() => []),
    listCards: () => cardsHealth(redis),
  };
}

/** Checks everything that a task may need, at the same time. Takes at most 3 s and never throws. */
export async function checkHealth(parts: {
  redisWriteRefusal: () => Promise<string | null>;
  temporal: Temporal;
  redis: Redis;
  config: Config;
  engines: EngineChecks;
}) {
  const { temporal, redis, config } = parts;
  const cardHolders = cardsHealth(redis);
  const looks: WorkerChecks = { ...createWorkerChecks(parts), listCards: () => cardHolders };
  const [temporalPart, gpuWorker, controlWorker, redisPart, assets, engines, cards] = await Promise.all([
    temporalHealth(temporal, config),
    gpuWorkerState(looks),
    controlWorkerState(looks),
    redisHealth(redis, config, parts.redisWriteRefusal),
    assetsHealth(config.assets.root, LIMIT_MS),
    enginesHealth(parts.engines, config),
    cardHolders,
  ]);
  return {
    cards,
    required: {
      temporal: temporalPart,
      redis: redisPart,
      gpu_worker: gpuWorker.part,
      control_worker: controlWorker.part,
      assets,
    },
    engines,
  };
}
