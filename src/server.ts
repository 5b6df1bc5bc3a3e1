import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createApp } from './api/app.ts';
import { createHttpServer } from './api/http-server.ts';
import { createPrepareCosyvoice } from './api/handlers/prepare-cosyvoice.ts';
import { createPrepareRender } from './api/handlers/prepare-render.ts';
import { createPrepareComfyui } from './api/handlers/prepare-comfyui.ts';
import { createRoutes } from './api/routes.ts';
import { ensureAssetRoot } from './assets/root.ts';
import { loadConfig, type Config } from './config.ts';
import { createVoiceLibrary } from './voices/voice-library.ts';
import { createComfyui } from './workers/create-comfyui.ts';
import { messageOf } from './errors.ts';
import { createLogger, type Logger } from './logging.ts';
import { announceReady, runProcess, stopRequested } from './process.ts';
import { checkHealth } from './status/health.ts';
import { createReadStatus } from './status/read-status.ts';
import { connectRedis } from './status/redis.ts';
import { createStatusStore } from './status/status-store.ts';
import { createTemplateStore } from './templates/template-store.ts';
import { createTemporal } from './temporal/connection.ts';
import { describeTask } from './temporal/describe-task.ts';
import { keepNamespacePrepared } from './temporal/keep-namespace-prepared.ts';
import { START_TASK_DEFAULTS, startTask } from './temporal/start-task.ts';

/** Below 2^48: as large as `randomInt` goes, and exact in every program on the way. */
const randomSeed = (): number => randomInt(2 ** 48 - 1);
const DAY_MS = 24 * 60 * 60 * 1000;

async function listen(app: ReturnType<typeof createApp>, { host, port }: Config['http']) {
  const server = createHttpServer(app);
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
  const { assets } = config;
  const comfyui = createComfyui(config, logger);
  const voices = createVoiceLibrary(assets);
  const templates = createTemplateStore({
    folder: config.templatesFolder,
    onBroken: ({ name, problem }) => logger.warn(`The template ${name} cannot be used: ${problem}`),
  });

  const routes = createRoutes({
    templates,
    voices,
    prepare: {
      remotion_render: createPrepareRender(assets),
      cosyvoice: createPrepareCosyvoice({ assets, voices }),
      comfyui: createPrepareComfyui({ assets, templates, randomSeed, missing: (input) => comfyui.missing(input) }),
    },
    runSeconds: config.runSeconds,
    logger,
    now: () => new Date(),
    newTaskId: randomUUID,
    startTask: (taskId, task, details) =>
      startTask(temporal, taskId, task, details, {
        ...START_TASK_DEFAULTS,
        priorityLevels: config.temporal.priorityLevels,
      }),
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
  // Says in the log which templates are broken.
  void templates.list().catch(() => undefined);
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
