import { inject } from 'vitest';
import { claimLane } from './claim-lane.ts';

/** A Temporal server with our settings and a Redis, with throw-away data. */
export interface SharedServers {
  temporalAddress: string;
  redisHost: string;
  redisPort: number;
}

/** Of this test file. */
let lane: number | undefined;

/**
 * The servers of the test files that run one after the other; those that run beside them have others. Use queues and
 * ids of your own.
 */
export function sharedServers(): SharedServers {
  const all = inject('servers');
  lane ??= claimLane(inject('lanesFolder'), all.length);
  const servers = all[lane];
  if (servers === undefined) throw new Error(`no servers were started for lane ${lane}`);
  return servers;
}
