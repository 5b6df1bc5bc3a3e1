import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createSocketLock } from '../../src/gpu/socket-lock.ts';
import { describeThisProcess, type Claimant } from '../../src/gpu/holder.ts';
import { createLeaseStore, HOLDERS_KEY, leaseKey } from '../../src/gpu/lease-store.ts';
import { holdCard } from '../../src/gpu/hold-card.ts';
import { createLines } from '../helpers/lines.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

const LEASE_MS = 900;
const ELSEWHERE = { host: 'another-box', machine: 'another-boot' };

let redis: Redis;
let card: string;
beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  card = randomUUID();
});

/** A worker of this process that has the card or stands by until it is told to leave. */
async function startWorker(
  options: { where?: Partial<Claimant>; strict?: boolean; takeOver?: boolean; proxy?: TcpProxy } = {},
) {
  const { where = {}, strict = false, takeOver = false, proxy } = options;
  const own = new Redis({
    host: '127.0.0.1',
    port: proxy?.port ?? sharedServers().redisPort,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  }).on('error', () => undefined);
  const { logger, said } = createLines();
  const leaving = new AbortController();
  const state = { working: false, turns: 0 };
  const away = where.host !== undefined;
  const ended = holdCard(
    {
      gpuId: card,
      me: { ...(await describeThisProcess(randomUUID())), ...where },
      // Another host has a kernel of its own.
      lock: createSocketLock(away ? randomUUID() : card),
      lease: createLeaseStore(own, card, LEASE_MS),
      leaseMs: LEASE_MS,
      strict,
      takeOver,
      now: () => new Date(),
      logger,
    },
    leaving.signal,
    async (held) => {
      Object.assign(state, { working: true, turns: state.turns + 1 });
      await new Promise<void>((resolve) => held.addEventListener('abort', () => resolve()));
      state.working = false;
    },
  );
  const leave = async (): Promise<void> => {
    leaving.abort();
    await ended;
    own.disconnect();
  };
  onTestFinished(leave);
  return { state, said, leave };
}
type Worker = Awaited<ReturnType<typeof startWorker>>;

const WAIT = { timeout: 60_000, interval: 10 };
const untilWorking = (worker: Worker) => vi.waitUntil(() => worker.state.working, WAIT);
const untilSaid = (worker: Worker, words: RegExp) => vi.waitUntil(() => words.test(worker.said.join('\n')), WAIT);
const holder = async () => JSON.parse((await redis.get(leaseKey(card))) ?? 'null') as Claimant | null;
/** Of a worker of another host: its lease ran out. */
async function diedElsewhere(): Promise<void> {
  const gone = { ...(await describeThisProcess('gone')), ...ELSEWHERE, since: '2026-01-04T09:32:56.000Z', counter: 4 };
  await redis.hset(HOLDERS_KEY, card, JSON.stringify(gone));
}

test('A second worker stands by, names the first, and takes the card when the first leaves', async () => {
  const first = await startWorker();
  await untilWorking(first);
  const second = await startWorker();
  await untilSaid(second, new RegExp(`Standing by: process ${process.pid} on this machine .* has the card ${card}`));
  expect(second.state.working).toBe(false);
  await first.leave();
  await untilWorking(second);
  await second.leave();
  expect(await holder()).toBeNull();
  expect(await redis.hget(HOLDERS_KEY, card)).toBeNull();
});

test('A lease is renewed for as long as the work takes', async () => {
  const worker = await startWorker();
  await untilWorking(worker);
  const since = Date.now();
  await vi.waitUntil(() => Date.now() - since > 2 * LEASE_MS, WAIT);
  expect(await holder()).not.toBeNull();
  expect(worker.state.turns).toBe(1);
});

test('The holder of a lease that Redis has lost takes it again and continues working', async () => {
  const worker = await startWorker();
  await untilWorking(worker);
  await redis.del(leaseKey(card));
  await redis.hdel(HOLDERS_KEY, card);
  await vi.waitUntil(holder, WAIT);
  expect(worker.state).toEqual({ working: true, turns: 1 });
});

test('A card last held on another host is refused with the remedy, and taken when an operator says so', async () => {
  await diedElsewhere();
  const refused = await startWorker();
  await untilSaid(refused, /last held by process \d+ on another-box \(since 2026.*--take-over, or run: redis-cli HDEL/);
  const forced = await startWorker({ takeOver: true });
  await untilWorking(forced);
  expect(refused.state.turns).toBe(0);
});

test('A live lease of another host is never taken, not even when an operator says so', async () => {
  const there = await startWorker({ where: ELSEWHERE });
  await untilWorking(there);
  const here = await startWorker({ takeOver: true });
  await untilSaid(here, /Standing by: process \d+ on another-box .* has the card/);
  await vi.waitUntil(async () => (await redis.pttl(leaseKey(card))) > LEASE_MS * 0.9, WAIT);
  expect(here.state.turns).toBe(0);
  await there.leave();
  await untilWorking(here);
});

test('Without Redis the holder goes on, and takes its lease when Redis is back', async () => {
  const proxy = await startTcpProxy(sharedServers().redisPort);
  await proxy.cut();
  const worker = await startWorker({ proxy });
  await untilWorking(worker);
  expect(await holder()).toBeNull();
  await proxy.mend();
  await vi.waitUntil(holder, WAIT);
  await proxy.cut();
  await untilSaid(worker, /cannot be renewed: Redis does not answer/);
  await vi.waitUntil(async () => (await holder()) === null, WAIT);
  const standby = await startWorker();
  await untilSaid(standby, /Standing by/);
  expect(worker.state).toEqual({ working: true, turns: 1 });
  await proxy.mend();
  await vi.waitUntil(holder, WAIT);
  expect(standby.state.turns).toBe(0);
  await worker.leave();
  await proxy.cut();
});

test('A worker that began without Redis gives up the card if another host turns out to have it', async () => {
  const proxy = await startTcpProxy(sharedServers().redisPort);
  await proxy.cut();
  const there = await startWorker({ where: ELSEWHERE });
  const here = await startWorker({ proxy });
  await Promise.all([untilWorking(there), untilWorking(here)]);
  await proxy.mend();
  await vi.waitUntil(() => !here.state.working, WAIT);
  expect(here.said.join('\n')).toMatch(/Giving up the card .*: Standing by: process \d+ on another-box/);
  expect(there.state.working).toBe(true);
  await Promise.all([here.leave(), there.leave()]);
  await proxy.cut();
});

test('A worker that has seen the card with another host does not take it because Redis is gone', async () => {
  const proxy = await startTcpProxy(sharedServers().redisPort);
  const there = await startWorker({ where: ELSEWHERE });
  await untilWorking(there);
  const here = await startWorker({ proxy });
  await untilSaid(here, /Standing by: process/);
  await proxy.cut();
  await untilSaid(here, /Redis does not answer, and process \d+ on another-box .* had the card/);
  await proxy.mend();
  await there.leave();
  await untilWorking(here);
  expect(here.state.turns).toBe(1);
  await here.leave();
  await proxy.cut();
});

test('A strict worker does not work without Redis: it gives the card up, and comes back', async () => {
  const proxy = await startTcpProxy(sharedServers().redisPort);
  const worker = await startWorker({ strict: true, proxy });
  await untilWorking(worker);
  await proxy.cut();
  await vi.waitUntil(() => !worker.state.working, WAIT);
  await untilSaid(worker, /Standing by: Redis does not answer, and GPU_LEASE=strict/);
  await proxy.mend();
  await untilWorking(worker);
  expect(worker.state.turns).toBe(2);
  await worker.leave();
  await proxy.cut();
});
