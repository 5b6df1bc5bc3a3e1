import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { DAY_MS } from '../contracts/names.ts';

const REPORT_MS = 2000;
/** The remaining time to live shows the age of a report, measured only by the clock of Redis. */
const KEPT_MS = DAY_MS;

/**
 * `worker`: the name of a worker of this process in Temporal. Its heartbeats to Temporal come from a thread, so they
 * continue while the event loop is blocked.
 */
const reportKey = (worker: string): string => `worker:loop:${worker}`;

/** Reports until aborted that the event loop of this process is running. Redis may be away. */
export async function reportLiveness(redis: Redis, worker: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await redis.set(reportKey(worker), '', 'PX', KEPT_MS).catch(() => undefined);
    await delay(REPORT_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** For how long a worker has not reported, in ms; null without any report. @throws when Redis does not answer. */
export async function readSilence(redis: Redis, worker: string): Promise<number | null> {
  const left = await redis.pttl(reportKey(worker));
  return left < 0 ? null : KEPT_MS - left;
}
