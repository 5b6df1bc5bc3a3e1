import { inject } from 'vitest';

/** A Temporal server with our settings and a Redis, with throw-away data. */
export interface SharedServers {
  temporalAddress: string;
  redisHost: string;
  redisPort: number;
}

/**
 * The servers of the test files that run one after the other; those that run beside them have others. Use queues and
 * ids of your own.
 */
export function sharedServers(): SharedServers {
  const lane = Number(process.env['VITEST_POOL_ID']) - 1;
  const servers = inject('servers')[lane];
  if (servers === undefined) throw new Error(`no servers were started for lane ${lane}`);
  return servers;
}
