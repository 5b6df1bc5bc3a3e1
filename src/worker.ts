import { parseArgs } from 'node:util';
import { DefaultLogger, NativeConnection, Runtime, Worker, type LogLevel } from '@temporalio/worker';
import { createControlActivities } from '../activities/control.ts';
import { createGpuActivities } from '../activities/gpu.ts';
import { ensureAssetRoot } from './assets/root.ts';
import { loadConfig, type Config } from './config.ts';
import { QUEUES, WORKER_HEARTBEAT_MS } from './contracts/names.ts';
import { createRemotionDriver } from './drivers/remotion/driver.ts';
import { findChromium } from './local/chromium.ts';
import { createLogger, type Logger } from './logging.ts';
import { announceReady, runProcess, stopRequested } from './process.ts';
import { startReconciler } from './status/start-reconciler.ts';
import { connectRedis } from './status/redis.ts';
import { createStatusStore } from './status/status-store.ts';
import { createTemporal } from './temporal/connection.ts';
import { keepNamespacePrepared } from './temporal/keep-namespace-prepared.ts';

const now = (): Date => new Date();
const DAY_MS = 24 * 60 * 60 * 1000;
/** Cancel reaches an activity with a heartbeat's answer; the SDK's own throttle would make that half a minute late. */
const HEARTBEAT_THROTTLE = '1 second';
const SHUTDOWN_LIMIT = '20 seconds';

/** The GPU worker has activities only; the SDK thinks that worth a warning. */
const EXPECTED = 'No workflows registered';

const ROLES = ['gpu', 'control', 'all'] as const;
type Role = (typeof ROLES)[number];

function parseRole(): Role {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(`--role is one of ${ROLES.join(', ')}, not "${values.role}"`);
  return role;
}

/** What the SDK and its Rust core have to say goes into our log too. */
function installRuntime(logger: Logger): void {
  const core = logger.named('Temporal');
  const levels: Record<LogLevel, (message: string) => void> = {
    TRACE: core.debug,
    DEBUG: core.debug,
    INFO: core.debug,
    WARN: core.warn,
    ERROR: core.error,
  };
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (message.startsWith(EXPECTED)) return;
      const { error, activityType } = meta ?? {};
      const text = error instanceof Error ? `${message}: ${error.message}` : message;
      // Failed activities are logged by the activities themselves, in the documented words.
      (activityType === undefined ? levels[level] : core.debug)(text);
    }),
    workerHeartbeatInterval: WORKER_HEARTBEAT_MS,
    // The process decides when it stops.
    shutdownSignals: [],
  });
}

async function waitForStop(logger: Logger, stopping: AbortController): Promise<void> {
  logger.info(`Stopping: ${await stopRequested()}`);
  stopping.abort();
}

/** The worker process: by default both workers, the one-slot GPU worker and the control worker. */
async function main(config: Config, logger: Logger): Promise<void> {
  const role = parseRole();
  await ensureAssetRoot(config.assets.root);
  installRuntime(logger);
  const stopping = new AbortController();
  const stopped = waitForStop(logger, stopping);

  const redis = connectRedis(config.redis, logger);
  const temporal = createTemporal(config.temporal);
  const status = createStatusStore(redis, config.retentionDays * DAY_MS);
  await keepNamespacePrepared(temporal.connection, config, logger, stopping.signal);
  if (stopping.signal.aborted) return;
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const shared = { connection, namespace: config.temporal.namespace, shutdownForceTime: SHUTDOWN_LIMIT } as const;
  const workers: Worker[] = [];

  if (role !== 'control') {
    const chromium = await findChromium({
      explicit: config.render.chromiumExecutable,
      cacheDir: config.cacheDir,
      logger,
    });
    const remotion = createRemotionDriver({
      assetRoot: config.assets.root,
      cacheDir: config.cacheDir,
      browserExecutable: chromium.executable,
      silenceSeconds: config.render.silenceSeconds,
      logger,
      ...(config.render.concurrency === undefined ? {} : { concurrency: config.render.concurrency }),
      ...(config.render.licenseKey === undefined ? {} : { licenseKey: config.render.licenseKey }),
    });
    await remotion.prepare(stopping.signal);
    const { assets, gpuId } = config;
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: QUEUES.gpu,
        identity: gpuId,
        activities: createGpuActivities({
          temporal,
          status,
          gpuId,
          logger,
          now,
          assets,
          assetRoot: assets.root,
          remotion,
        }),
        maxConcurrentActivityTaskExecutions: 1,
        maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
        defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
      }),
    );
    logger.info(`🖥️ GPU worker ${gpuId}: ready for remotion_render`);
  }
  if (role !== 'gpu') {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    workers.push(
      await Worker.create({
        ...shared,
        taskQueue: QUEUES.control,
        workflowsPath: new URL(`../workflows-temporal/index.${extension}`, import.meta.url).pathname,
        activities: createControlActivities({ temporal, status, now }),
      }),
    );
    void startReconciler({ temporal, redis, store: status, logger, now }, stopping.signal);
    logger.info('🧭 Control worker: ready');
  }

  announceReady();
  const running = workers.map((worker) => worker.run());
  // A worker that ends by itself takes the others with it: the supervisor starts all again.
  await Promise.race([stopped, ...running]).finally(() => {
    stopping.abort();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  await Promise.all(running);
  await connection.close();
  await temporal.connection.close();
  redis.disconnect();
}

await runProcess({ name: 'GPUWorker', file: 'worker.log', loadConfig, createLogger, main });
