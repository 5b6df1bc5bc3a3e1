import path from 'node:path';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { loadConfig } from '../../../src/config.ts';
import { WORKER_HEARTBEAT_MS } from '../../../src/contracts/names.ts';
import type { RemotionDriver } from '../../../src/drivers/remotion/driver.ts';
import { createLogger } from '../../../src/logging.ts';
import { announceReady, stopRequested } from '../../../src/process.ts';
import { connectRedis } from '../../../src/redis/connection.ts';
import { createStatusStore } from '../../../src/status/status-store.ts';
import { createTemporal } from '../../../src/temporal/connection.ts';
import { createEngines } from '../../../src/engines/engines.ts';
import { createRemotionEngine } from '../../../src/engines/remotion-engine.ts';
import { createSlotWorker } from '../../../src/workers/gpu-worker.ts';
import { film } from '../../helpers/rendered-film.ts';
import { noOp } from './told.ts';

/** The project's GPU worker whose renderer draws nothing. */
const config = loadConfig(process.env);
const logger = createLogger({ name: 'GPUWorker', file: 'worker.log', ...config.log });
Runtime.install({
  logger: new DefaultLogger('WARN'),
  workerHeartbeatInterval: WORKER_HEARTBEAT_MS,
  shutdownSignals: [],
});
const connection = await NativeConnection.connect({ address: config.temporal.address });
const redis = connectRedis(config.redis, logger);
const temporal = createTemporal(config.temporal);
const deps = { config, logger };
const remotion: RemotionDriver = {
  prepare: () => Promise.resolve(),
  render({ workDir }) {
    noOp(path.basename(workDir));
    return Promise.resolve(film);
  },
  close: () => Promise.resolve(),
};
const worker = await createSlotWorker({
  config,
  connection,
  temporal,
  redis,
  status: createStatusStore(redis, 24 * 60 * 60 * 1000),
  engines: { ...createEngines(deps), remotion_render: createRemotionEngine(deps, remotion) },
  logger,
  now: () => new Date(),
});
announceReady();
const running = worker.run();
await stopRequested();
worker.shutdown();
await running;
process.exit();
