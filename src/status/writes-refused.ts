import type { Redis } from 'ioredis';
import { cached } from './cached.ts';
import { recordKey } from './queue-keys.ts';

/** Where statuses are written, so that the same rights are needed; no task has this id. */
const PROBE_KEY = recordKey('write-probe');
const FRESH_MS = 1000;

/** What Redis says when it answers and takes no writes, with what to do, for the operator. */
const REASONS: Readonly<Record<string, string>> = {
  READONLY: 'it is a replica; name its primary',
  MISCONF: 'it cannot save to its disk; free space there',
  NOREPLICAS: 'it has fewer replicas than its min-replicas-to-write; start them',
  OOM: 'its memory is full; raise its maxmemory',
  NOPERM: 'its user may not write; give it the rights',
};

/** Why a Redis refuses writes; null where it takes them, and where it does not answer at all. Looked at once in a second at most. */
export function createWritesRefused(redis: Redis): () => Promise<string | null> {
  const look = async (): Promise<string | null> => {
    try {
      await redis.hset(PROBE_KEY, 'probe', '1');
      await redis.pexpire(PROBE_KEY, 60_000);
      return null;
    } catch (error) {
      const code = /^-?([A-Z]+)\b/.exec((error as Error).message)?.[1] ?? '';
      return REASONS[code] ?? null;
    }
  };
  const probe = cached(look, FRESH_MS);
  return () => probe.get();
}
