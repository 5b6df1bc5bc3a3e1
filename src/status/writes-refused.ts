import type { Redis } from 'ioredis';
import { cached } from './cached.ts';

const PROBE_KEY = 'health:write';
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
      await redis.set(PROBE_KEY, '1', 'PX', 60_000);
      return null;
    } catch (error) {
      const code = /^-?([A-Z]+)\b/.exec((error as Error).message)?.[1] ?? '';
      return REASONS[code] ?? null;
    }
  };
  const probe = cached(look, FRESH_MS);
  return () => probe.get();
}
