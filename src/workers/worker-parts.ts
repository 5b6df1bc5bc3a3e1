import { once } from 'node:events';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import type { Engines } from '../engines/engines.ts';
import type { Logger } from '../logging.ts';
import type { StatusStore } from '../status/status-store.ts';
import type { Temporal } from '../temporal/connection.ts';

/** The parts that both workers of the worker process use. */
export interface WorkerParts {
  config: Config;
  connection: NativeConnection;
  temporal: Temporal;
  redis: Redis;
  status: StatusStore;
  engines: Engines;
  logger: Logger;
  now: () => Date;
}

/** Runs a worker until the signal aborts and the worker has handed back its tasks. @throws when it ends by itself. */
export async function runUntilAborted(worker: Worker, signal: AbortSignal): Promise<void> {
  await worker.runUntil(async () => {
    if (!signal.aborted) await once(signal, 'abort');
  });
}
