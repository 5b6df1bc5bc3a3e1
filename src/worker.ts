import { parseArgs } from 'node:util';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel, type RuntimeOptions } from '@temporalio/worker';
import { ensureAssetRoot } from './assets/root.ts';
import { loadConfig, type Config } from './config.ts';
import { DAY_MS, WORKER_HEARTBEAT_MS } from './contracts/names.ts';
import { createEngines } from './engines/engines.ts';
import { messageOf } from './errors.ts';
import { createLogger, type Logger } from './logging.ts';
import { announceReady, runProcess, stopRequested } from './process.ts';
import { connectRedis } from './redis/connection.ts';
import { createStatusStore } from './status/status-store.ts';
import { createTemporal } from './temporal/connection.ts';
import { keepNamespacePrepared } from './temporal/keep-namespace-prepared.ts';
import { createControlWorker } from './workers/control-worker.ts';
import { runGpuWorker } from './workers/run-gpu-worker.ts';
import { sdkMessage } from './workers/sdk-message.ts';
import { runUntilAborted, type WorkerParts } from './workers/worker-parts.ts';

const now = (): Date => new Date();

/** The GPU worker has only activities; the SDK warns about that. */
const EXPECTED = 'No workflows registered';

const ROLES = ['gpu', 'control', 'all'] as const;

/**
 * `--take-over`: this host may take the card although its last holder, a worker of another host, did not release it.
 */
function parseArguments(): { role: (typeof ROLES)[number]; takeOver: boolean } {
  const { values } = parseArgs({
    options: { role: { type: 'string', default: 'all' }, 'take-over': { type: 'boolean', default: false } },
  });
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new Error(`--role must be one of ${ROLES.join(', ')}, not "${values.role}"`);
  return { role, takeOver: values['take-over'] };
}

/**
 * Messages of the SDK and its Rust core go into our log too. @throws if the metrics of the SDK cannot be shown at their
 * address.
 */
function installRuntime({ sdkMetricsAddress }: Config, logger: Logger): void {
  const core = logger.named('Temporal');
  const levels: Record<LogLevel, (message: string) => void> = {
    TRACE: core.debug,
    DEBUG: core.debug,
    INFO: core.debug,
    WARN: core.warn,
    ERROR: core.error,
  };
  const options: RuntimeOptions = {
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      if (message.startsWith(EXPECTED)) return;
      // The activities themselves log their failures, in the documented words.
      (meta?.['activityType'] === undefined ? levels[level] : core.debug)(sdkMessage(message, meta));
    }),
    ...(sdkMetricsAddress === undefined
      ? {}
      : { telemetryOptions: { metrics: { prometheus: { bindAddress: sdkMetricsAddress } } } }),
    workerHeartbeatInterval: WORKER_HEARTBEAT_MS,
    // This process decides itself when it stops.
    shutdownSignals: [],
  };
  try {
    Runtime.install(options);
  } catch (error) {
    if (sdkMetricsAddress === undefined) throw error;
    const words = `The worker cannot show the metrics of the Temporal SDK at TEMPORAL_METRICS_ADDRESS (${sdkMetricsAddress}): ${messageOf(error)}. Each worker process needs a free port of its own`;
    throw new Error(words, { cause: error });
  }
}

async function waitForStop(logger: Logger, stopping: AbortController): Promise<void> {
  logger.info(`Stopping: ${await stopRequested()}`);
  stopping.abort();
}

/** The worker process: by default both workers, the one-slot GPU worker and the control worker. */
async function main(config: Config, logger: Logger): Promise<void> {
  const { role, takeOver } = parseArguments();
  await ensureAssetRoot(config.assets.root);
  installRuntime(config, logger);
  const stopping = new AbortController();
  const stopped = waitForStop(logger, stopping);

  const redis = connectRedis(config.redis, logger);
  const temporal = createTemporal(config.temporal);
  const status = createStatusStore(redis, config.retentionDays * DAY_MS, config.temporal.priorityLevels);
  await keepNamespacePrepared(temporal.connection, config, logger, stopping.signal);
  if (stopping.signal.aborted) return;
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const engines = createEngines({ config, logger });
  const parts: WorkerParts = { config, connection, temporal, redis, status, engines, logger, now };
  const running: Promise<void>[] = [];
  if (role !== 'gpu') running.push(runUntilAborted(await createControlWorker(parts, stopping.signal), stopping.signal));
  if (role === 'control') announceReady();
  else running.push(runGpuWorker(parts, { takeOver, onStanding: announceReady, signal: stopping.signal }));

  // If one worker ends by itself, the other stops too, and the supervisor starts both again.
  await Promise.race([stopped, ...running]).finally(() => stopping.abort());
  // A failed worker must not interrupt the shutdown of the other; its error is thrown afterwards.
  await Promise.allSettled(running);
  await Promise.all(running);
  await connection.close();
  await temporal.connection.close();
  redis.disconnect();
}

await runProcess({ name: 'GPUWorker', file: 'worker.log', loadConfig, createLogger, main });
