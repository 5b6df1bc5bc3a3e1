import type { Redis } from 'ioredis';
import { DAY_MS } from '../contracts/names.ts';
import { loadScript } from '../redis/load-script.ts';
import type { Holder } from './holder.ts';
import { HOLDERS_KEY, leaseKey, SEEN_KEY } from './lease-store.ts';

/** How long a card is known after the last renewal of its lease. Then its worker is certainly gone. */
const KEPT_MS = 7 * DAY_MS;

/** Milliseconds since 1970 on the clock of Redis. */
const timeOf = async (redis: Redis): Promise<number> => Number((await redis.time())[0]) * 1000;

/** Forgets holders, and notes the time for those of an earlier version. If Redis refuses writes, this is done later. */
async function prune(redis: Redis, forgotten: readonly [string, string][], undated: readonly string[], now: number) {
  if (forgotten.length > 0) {
    const forgetHolder = loadScript<null>(redis, new URL('forget-holder.lua', import.meta.url));
    for (const [gpuId, value] of forgotten)
      await forgetHolder([leaseKey(gpuId), HOLDERS_KEY, SEEN_KEY], [gpuId, value]);
  }
  for (const gpuId of undated) await redis.hsetnx(SEEN_KEY, gpuId, now);
}

/**
 * The latest holder of each card, unless it released the card, and whether its lease is valid. A holder that has not
 * renewed its lease for a week is forgotten. @throws when Redis does not answer.
 */
export async function listHolders(redis: Redis): Promise<{ gpuId: string; holder: Holder; held: boolean }[]> {
  const [found, seen, now] = await Promise.all([redis.hgetall(HOLDERS_KEY), redis.hgetall(SEEN_KEY), timeOf(redis)]);
  const cards = await Promise.all(
    Object.entries(found).map(async ([gpuId, value]) => {
      const held = (await redis.exists(leaseKey(gpuId))) === 1;
      return { gpuId, value, held, isGone: !held && now - Number(seen[gpuId] ?? now) > KEPT_MS };
    }),
  );
  const forgotten = cards.filter(({ isGone }) => isGone).map(({ gpuId, value }): [string, string] => [gpuId, value]);
  const undated = cards.map(({ gpuId }) => gpuId).filter((gpuId) => seen[gpuId] === undefined);
  await prune(redis, forgotten, undated, now).catch(() => undefined);
  return cards
    .filter(({ isGone }) => !isGone)
    .map(({ gpuId, value, held }) => ({ gpuId, held, holder: JSON.parse(value) as Holder }));
}
