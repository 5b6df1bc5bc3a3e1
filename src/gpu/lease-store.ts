import type { Redis, Result } from 'ioredis';
import type { Claimant, Holder } from './holder.ts';

/** Lua: takes the lease if all still stands as it was seen, names the holder and counts it. A count from before Redis forgot is gone on from. */
const TAKE_SCRIPT = `
local lease, holders, counters = KEYS[1], KEYS[2], KEYS[3]
local id, seen_lease, seen_holder, claimant, ttl, known = unpack(ARGV)
if (redis.call('GET', lease) or '') ~= seen_lease then return false end
if (redis.call('HGET', holders, id) or '') ~= seen_holder then return false end
local holder = cjson.decode(claimant)
holder.counter = math.max(tonumber(redis.call('HGET', counters, id) or 0), tonumber(known)) + 1
redis.call('HSET', counters, id, holder.counter)
local value = cjson.encode(holder)
redis.call('SET', lease, value, 'PX', ttl)
redis.call('HSET', holders, id, value)
return value
`;

const EXTEND_SCRIPT = `
local value = redis.call('GET', KEYS[1])
if value ~= ARGV[2] then return value and 'taken' or 'free' end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], value)
return 'ours'
`;

const LEAVE_SCRIPT = `
if redis.call('GET', KEYS[1]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
if redis.call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[2], ARGV[1]) end
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeLease(
      lease: string,
      holders: string,
      counters: string,
      ...args: (string | number)[]
    ): Result<string | null, Context>;
    extendLease(lease: string, holders: string, id: string, value: string, ttl: number): Result<string, Context>;
    leaveLease(lease: string, holders: string, id: string, value: string): Result<null, Context>;
  }
}

/** A hash: the latest holder of each card, there until it leaves politely, however long its lease has been over. */
export const HOLDERS_KEY = 'gpu:holders';
const COUNTERS_KEY = 'gpu:counters';
export const leaseKey = (gpuId: string): string => `gpu:lease:${gpuId}`;

/** How the lease of a card stands. */
export interface Seen {
  /** Who has it now. */
  lease: Holder | null;
  /** Who had it last and did not leave politely, or has it. */
  last: Holder | null;
  raw: { lease: string; last: string };
}

/** What `take` gave: the holder, and the very text that stands in Redis. */
export interface Lease {
  holder: Holder;
  value: string;
}

/** The lease of one card in Redis. Every method rejects when Redis does not answer. */
export interface LeaseStore {
  look(): Promise<Seen>;
  /** Takes the lease if it stands as it was seen. @returns undefined when it does not any more. */
  take(claimant: Claimant & { since: string }, seen: Seen, knownCounter: number): Promise<Lease | undefined>;
  /** @returns `free` when Redis knows of no holder, `taken` when it is another one. */
  extend(lease: Lease): Promise<'ours' | 'free' | 'taken'>;
  leave(lease: Lease): Promise<void>;
}

/** Resolves when the first connection has come about or failed: commands before that fail whatever Redis would say. */
async function firstConnection(redis: Redis): Promise<void> {
  if (redis.status !== 'connecting' && redis.status !== 'connect') return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      redis.off('ready', done).off('close', done);
      resolve();
    };
    redis.on('ready', done).on('close', done);
  });
}

const parsed = (value: string): Holder | null => (value === '' ? null : (JSON.parse(value) as Holder));

export function createLeaseStore(redis: Redis, gpuId: string, leaseMs: number): LeaseStore {
  redis.defineCommand('takeLease', { numberOfKeys: 3, lua: TAKE_SCRIPT });
  redis.defineCommand('extendLease', { numberOfKeys: 2, lua: EXTEND_SCRIPT });
  redis.defineCommand('leaveLease', { numberOfKeys: 2, lua: LEAVE_SCRIPT });
  const key = leaseKey(gpuId);
  return {
    async look() {
      await firstConnection(redis);
      const [lease, last] = await Promise.all([redis.get(key), redis.hget(HOLDERS_KEY, gpuId)]);
      const raw = { lease: lease ?? '', last: last ?? '' };
      return { lease: parsed(raw.lease), last: parsed(raw.last), raw };
    },
    async take(claimant, { raw }, knownCounter) {
      const about = [gpuId, raw.lease, raw.last, JSON.stringify(claimant), leaseMs, knownCounter];
      const value = await redis.takeLease(key, HOLDERS_KEY, COUNTERS_KEY, ...about);
      return value === null ? undefined : { holder: JSON.parse(value) as Holder, value };
    },
    async extend({ value }) {
      return (await redis.extendLease(key, HOLDERS_KEY, gpuId, value, leaseMs)) as 'ours' | 'free' | 'taken';
    },
    async leave({ value }) {
      await redis.leaveLease(key, HOLDERS_KEY, gpuId, value);
    },
  };
}
