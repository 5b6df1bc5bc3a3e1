import type { Redis } from 'ioredis';
import type { Holder } from './holder.ts';
import { HOLDERS_KEY, leaseKey } from './lease-store.ts';

/**
 * The latest holder of each card, unless it released the card, and whether its lease is valid. @throws when Redis does
 * not answer.
 */
export async function listHolders(redis: Redis): Promise<{ gpuId: string; holder: Holder; held: boolean }[]> {
  const holders = Object.entries(await redis.hgetall(HOLDERS_KEY));
  const leases = await Promise.all(holders.map(([gpuId]) => redis.exists(leaseKey(gpuId))));
  return holders.map(([gpuId, value], index) => ({
    gpuId,
    holder: JSON.parse(value) as Holder,
    held: leases[index] === 1,
  }));
}
