import type { Redis } from 'ioredis';
import { loadScript } from '../redis/load-script.ts';
import type { Claimant, Holder } from './holder.ts';

/** A hash: the latest holder of each card, there until it leaves politely, however long its lease has been over. */
export const HOLDERS_KEY = 'gpu:holders';
const COUNTERS_KEY = 'gpu:counters';
export const leaseKey = (gpuId: string): string => `gpu:lease:${gpuId}`;

/** How the lease of a card stands. */
export interface LeaseState {
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
  look(): Promise<LeaseState>;
  /** Takes the lease if it stands as it was seen. @returns undefined when it does not any more. */
  take(claimant: Claimant & { since: string }, seen: LeaseState, knownCounter: number): Promise<Lease | undefined>;
  /** @returns `free` when Redis knows of no holder, `taken` when it is another one. */
  extend(lease: Lease): Promise<'ours' | 'free' | 'taken'>;
  leave(lease: Lease): Promise<void>;
}

/** Resolves when the first connection has come about or failed: commands before that fail whatever Redis would say. */
async function waitForConnection(redis: Redis): Promise<void> {
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
  const takeLease = loadScript<string | null>(redis, new URL('take-lease.lua', import.meta.url));
  const extendLease = loadScript<'ours' | 'free' | 'taken'>(redis, new URL('extend-lease.lua', import.meta.url));
  const leaveLease = loadScript<null>(redis, new URL('leave-lease.lua', import.meta.url));
  const key = leaseKey(gpuId);
  return {
    async look() {
      await waitForConnection(redis);
      const [lease, last] = await Promise.all([redis.get(key), redis.hget(HOLDERS_KEY, gpuId)]);
      const raw = { lease: lease ?? '', last: last ?? '' };
      return { lease: parsed(raw.lease), last: parsed(raw.last), raw };
    },
    async take(claimant, { raw }, knownCounter) {
      const about = [gpuId, raw.lease, raw.last, JSON.stringify(claimant), leaseMs, knownCounter];
      const value = await takeLease([key, HOLDERS_KEY, COUNTERS_KEY], about);
      return value === null ? undefined : { holder: JSON.parse(value) as Holder, value };
    },
    extend: ({ value }) => extendLease([key, HOLDERS_KEY], [gpuId, value, leaseMs]),
    async leave({ value }) {
      await leaveLease([key, HOLDERS_KEY], [gpuId, value]);
    },
  };
}
