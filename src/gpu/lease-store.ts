import type { Redis } from 'ioredis';
import { loadScript } from '../redis/load-script.ts';
import type { Claimant, Holder } from './holder.ts';

/**
 * A hash: the latest holder of each card. An entry stays until its holder releases the card, even long after the lease
 * has expired; see `listHolders`.
 */
export const HOLDERS_KEY = 'gpu:holders';
/** A hash: when the lease of each card was last taken or renewed, in ms since 1970. */
export const SEEN_KEY = 'gpu:seen';
const COUNTERS_KEY = 'gpu:counters';
export const leaseKey = (gpuId: string): string => `gpu:lease:${gpuId}`;

/** The state of the lease of a card. */
export interface LeaseState {
  /** The present holder. */
  lease: Holder | null;
  /** The present holder, or the latest one if it did not release the card. */
  last: Holder | null;
  /** The same as stored. */
  raw: { lease: string; last: string };
}

/** A lease that was taken: the holder, and its exact text in Redis. */
export interface Lease {
  holder: Holder;
  value: string;
}

/** The lease of one card in Redis. Every method rejects when Redis does not answer. */
export interface LeaseStore {
  read(): Promise<LeaseState>;
  /** Takes the lease if its state is still as it was read. @returns undefined if the state has changed. */
  take(claimant: Claimant & { since: string }, state: LeaseState, knownCounter: number): Promise<Lease | undefined>;
  /** @returns `free` if Redis knows no holder, `taken` if it knows another one. */
  extend(lease: Lease): Promise<'ours' | 'free' | 'taken'>;
  leave(lease: Lease): Promise<void>;
}

/** Resolves when the first connection is made or has failed. Before that, every command fails. */
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
    async read() {
      await waitForConnection(redis);
      const [lease, last] = await Promise.all([redis.get(key), redis.hget(HOLDERS_KEY, gpuId)]);
      const raw = { lease: lease ?? '', last: last ?? '' };
      return { lease: parsed(raw.lease), last: parsed(raw.last), raw };
    },
    async take(claimant, { raw }, knownCounter) {
      const about = [gpuId, raw.lease, raw.last, JSON.stringify(claimant), leaseMs, knownCounter];
      const value = await takeLease([key, HOLDERS_KEY, COUNTERS_KEY, SEEN_KEY], about);
      return value === null ? undefined : { holder: JSON.parse(value) as Holder, value };
    },
    extend: ({ value }) => extendLease([key, HOLDERS_KEY, SEEN_KEY], [gpuId, value, leaseMs]),
    async leave({ value }) {
      await leaveLease([key, HOLDERS_KEY, SEEN_KEY], [gpuId, value]);
    },
  };
}
