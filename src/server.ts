import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createApp } from './api/app.ts';
import { createRoutes } from './api/routes.ts';
import { ensureAssetRoot } from './assets/root.ts';
import { loadConfig, type Config } from './config.ts';
import { messageOf } from './errors.ts';
import { createLogger, type Logger } from './logging.ts';
import { announceReady, runProcess, stopRequested } from './process.ts';
import { checkHealth } from './status/health.ts';
import { createReadStatus } from './status/read-status.ts';
import { connectRedis } from './status/redis.ts';
import { createStatusStore } from './status/status-store.ts';
import { createTemporal } from './temporal/connection.ts';
import { describeTask } from './temporal/describe-task.ts';
import { keepNamespacePrepared } from './temporal/keep-namespace-prepared.ts';
import { START_TASK_DEFAULTS, startTask } from './temporal/start-task.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

async function listen(app: ReturnType<typeof createApp>, { host, port }: Config['http']) {
  const server = createServer(app);
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(`The API cannot listen on ${host}:${port} (${messageOf(error)}). Free that port or set PORT.`, {
      cause: error,
    });
  });
  return server;
}

/** The API process: HTTP in front of Temporal and Redis. */
async function main(config: Config, logger: Logger): Promise<void> {
  await ensureAssetRoot(config.assets.root);
  const redis = connectRedis(config.redis, logger);
  const temporal = createTemporal(config.temporal);
  const store = createStatusStore(redis, config.retentionDays * DAY_MS);
  const stopping = new AbortController();

  const routes = createRoutes({
    assets: config.assets,
    runSeconds: config.runSeconds,
    logger,
    now: () => new Date(),
    newTaskId: randomUUID,
    startTask: (taskId, task) =>
      startTask(temporal, taskId, task, { ...START_TASK_DEFAULTS, priorityLevels: config.temporal.priorityLevels }),
    recordPending: (taskId, { taskType, priority, acceptedAt }) =>
      store.write(
        taskId,
        { runStartedAt: 0, attempt: 0 },
        { status: 'pending', taskType, priority, createdAt: acceptedAt, phase: 'queued', progress: 0, attempts: 0 },
      ),
    readStatus: createReadStatus({
      store,
      describe: (taskId) => temporal.connection.withDeadline(Date.now() + 5000, () => describeTask(temporal, taskId)),
    }),
    checkHealth: () => checkHealth({ temporal, redis, config }),
  });
  const server = await listen(createApp({ routes, maxBodyBytes: config.http.maxBodyBytes, logger }), config.http);
  logger.info(`🚀 API listening on http://${config.http.host}:${config.http.port}`);
  void keepNamespacePrepared(temporal.connection, config, logger, stopping.signal);
  announceReady();

  logger.info(`Stopping: ${await stopRequested()}`);
  stopping.abort();
  server.close();
  server.closeIdleConnections();
  await Promise.race([once(server, 'close'), new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
  redis.disconnect();
  await temporal.connection.close();
}

await runProcess({ name: 'GPUServer', file: 'server.log', loadConfig, createLogger, main });
