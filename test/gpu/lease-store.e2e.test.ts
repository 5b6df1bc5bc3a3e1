import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Claimant } from '../../src/gpu/holder.ts';
import { createLeaseStore, HOLDERS_KEY, leaseKey, SEEN_KEY, type Lease } from '../../src/gpu/lease-store.ts';
import { listHolders } from '../../src/gpu/list-holders.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

let redis: Redis;
beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
});
afterAll(() => redis.disconnect());

const claimant = (instance: string): Claimant & { since: string } => ({
  host: 'box',
  machine: 'boot',
  pidNamespace: 'pid:[1]',
  pid: 7,
  started: 'boot 1',
  group: 7,
  instance,
  since: '2026-01-04T09:32:56.000Z',
});

/** The longest that no test outlives. */
const LONG_MS = 60_000;
const leaseOf = (gpuId: string, ms = LONG_MS) => createLeaseStore(redis, gpuId, ms);
const take = async (store: ReturnType<typeof leaseOf>, who: string, known = 0) =>
  store.take(claimant(who), await store.read(), known);
const must = (lease: Lease | undefined): Lease => {
  if (lease === undefined) throw new Error('the lease was not to be had');
  return lease;
};

test('A lease that was taken is visible to all, expires, and is gone when it is released', async () => {
  const card = randomUUID();
  const store = leaseOf(card);
  const mine = must(await take(store, 'me'));
  const seen = await leaseOf(card).read();
  expect(seen.lease).toMatchObject({ instance: 'me', pid: 7, counter: 1 });
  expect(seen.last).toEqual(seen.lease);
  expect(await redis.pttl(leaseKey(card))).toBeGreaterThan(0);
  await store.leave(mine);
  expect(await store.read()).toMatchObject({ lease: null, last: null });
});

test('Of many processes that saw the same state, one gets the lease', async () => {
  const store = leaseOf(randomUUID());
  const seen = await store.read();
  const taken = await Promise.all(Array.from({ length: 20 }, (_, index) => store.take(claimant(`w${index}`), seen, 0)));
  expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1);
});

test('An expired lease leaves the name of its holder, who loses it when another takes it', async () => {
  const card = randomUUID();
  const store = leaseOf(card);
  const first = must(await take(store, 'first'));
  await redis.del(leaseKey(card));
  expect(await store.extend(first)).toBe('free');
  expect(await store.read()).toMatchObject({ lease: null, last: { instance: 'first' } });
  const second = must(await take(store, 'second'));
  expect(await store.extend(first)).toBe('taken');
  await store.leave(first);
  expect(await store.extend(second)).toBe('ours');
});

test('The count goes on growing when Redis has forgotten it', async () => {
  const card = randomUUID();
  const store = leaseOf(card);
  for (const who of ['a', 'b', 'c']) await store.leave(must(await take(store, who)));
  const fourth = must(await take(store, 'd'));
  expect(fourth.holder.counter).toBe(4);
  await redis.del(leaseKey(card));
  await redis.hdel(HOLDERS_KEY, card);
  await redis.hdel('gpu:counters', card);
  expect(await store.extend(fourth)).toBe('free');
  expect(must(await take(store, 'd', fourth.holder.counter)).holder.counter).toBe(5);
});

test('A card whose lease nobody renewed for a week is forgotten; one that is held is not', async () => {
  const [gone, held, recent, undated, released] = Array.from({ length: 5 }, () => randomUUID());
  const cards = [gone, held, recent, undated, released] as string[];
  const leases = new Map<string, Lease>();
  for (const card of cards) leases.set(card, must(await take(leaseOf(card), 'worker')));
  const DAY_MS = 24 * 3_600_000;
  const seen = async (card = '', daysAgo = 0) => redis.hset(SEEN_KEY, card, Date.now() - daysAgo * DAY_MS);
  for (const card of [gone, held]) await seen(card, 8);
  await seen(recent, 6);
  await redis.hdel(SEEN_KEY, undated ?? '');
  for (const card of [gone, recent, undated]) await redis.del(leaseKey(card ?? ''));
  await leaseOf(released ?? '').leave(must(leases.get(released ?? '')));

  const listed = async () => (await listHolders(redis)).filter(({ gpuId }) => cards.includes(gpuId));
  const known = [
    { gpuId: held, held: true },
    { gpuId: recent, held: false },
    { gpuId: undated, held: false },
  ];
  expect(await listed()).toEqual(expect.arrayContaining(known.map((one) => expect.objectContaining(one) as object)));
  expect(await listed()).toHaveLength(3);
  expect(await redis.hmget(HOLDERS_KEY, gone ?? '', released ?? '')).toEqual([null, null]);
  expect(await redis.hmget(SEEN_KEY, gone ?? '', released ?? '')).toEqual([null, null]);
  await seen(undated, 8);
  expect(await listed()).toHaveLength(2);
  // Its worker may have been away from Redis all the time.
  expect(await leaseOf(held ?? '').extend(must(leases.get(held ?? '')))).toBe('ours');
  await redis.del(leaseKey(held ?? ''));
  expect(await listed()).toHaveLength(2);
});

test('Whatever workers do in whatever order, one at most has the lease, and counts never fall', async () => {
  const WORKERS = ['a', 'b', 'c'];
  const step = fc.record({
    who: fc.constantFrom(...WORKERS),
    // `claim` acts on what `look` saw, however long ago that was.
    what: fc.constantFrom('read', 'claim', 'extend', 'leave', 'run out', 'forget'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const card = randomUUID();
      const store = leaseOf(card);
      const seen = new Map(await Promise.all(WORKERS.map(async (who) => [who, await store.read()] as const)));
      const leases = new Map<string, Lease>();
      let owner: string | undefined;
      let count = 0;
      for (const { who, what } of steps) {
        const lease = leases.get(who);
        const mine = seen.get(who);
        if (what === 'read') seen.set(who, await store.read());
        if (what === 'run out') {
          await redis.del(leaseKey(card));
          owner = undefined;
        }
        if (what === 'forget') {
          await Promise.all([redis.del(leaseKey(card)), redis.hdel(HOLDERS_KEY, card)]);
          owner = undefined;
        }
        // As the manager does: nobody claims a lease that it saw run.
        if (what === 'claim' && mine?.lease === null) {
          const taken = await store.take(claimant(who), mine, lease?.holder.counter ?? 0);
          if (taken !== undefined) {
            expect(owner).toBeUndefined();
            expect(taken.holder.counter).toBeGreaterThan(count);
            count = taken.holder.counter;
            leases.set(who, taken);
            owner = who;
          }
        }
        if (what === 'extend' && lease !== undefined)
          expect(await store.extend(lease)).toBe(owner === undefined ? 'free' : owner === who ? 'ours' : 'taken');
        if (what === 'leave' && lease !== undefined) {
          await store.leave(lease);
          leases.delete(who);
          if (owner === who) owner = undefined;
        }
      }
      expect((await store.read()).lease?.instance).toBe(owner);
      await redis.del(leaseKey(card));
    }),
    { numRuns: 100 },
  );
});
