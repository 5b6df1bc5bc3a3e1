import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createApp } from './api/app.ts';
import { addressOf, describeKeys, refuseExposure } from './api/exposure.ts';
import { createCheckPool } from './checking/check-pool.ts';
import { createHttpServer, stopServer } from './api/http-server.ts';
import { createRoutes } from './api/routes.ts';
import { ensureAssetRoot } from './assets/root.ts';
import { loadConfig, type Config } from './config.ts';
import { DAY_MS, QUEUES } from './contracts/names.ts';
import { examplesFolder, samplesFolder } from './host/examples-folder.ts';
import { projectVersion } from './host/project.ts';
import { addSamples } from './files/add-samples.ts';
import { createFileLibrary } from './files/file-library.ts';
import { createSentFiles } from './files/sent-files.ts';
import { createMetrics } from './metrics/metrics.ts';
import { createVoiceLibrary } from './voices/voice-library.ts';
import { messageOf } from './errors.ts';
import { createLogger, type Logger } from './logging.ts';
import { createPrepares } from './engines/create-prepares.ts';
import { createEngines } from './engines/engines.ts';
import { randomSeed } from './prepare/random-seed.ts';
import { announceReady, runProcess, stopRequested } from './process.ts';
import { checkHealth, createWorkerChecks, enginesHealth } from './status/health.ts';
import { createWaitForecast } from './status/wait-forecast.ts';
import { createReadPipeline } from './status/read-pipeline.ts';
import { createReadStatus } from './status/read-status.ts';
import { newRecord } from './status/record.ts';
import { connectRedis } from './redis/connection.ts';
import { createRunTimes } from './status/run-times.ts';
import { readAcceptedInput } from './temporal/accepted-input.ts';
import { listRuns } from './temporal/list-runs.ts';
import { createListTasks } from './status/list-tasks.ts';
import { readAttempts, removeTaskFiles } from './assets/task-files.ts';
import { createCancelTasks } from './tasks/cancel-tasks.ts';
import { createDeleteTask } from './tasks/delete-task.ts';
import { createTaskActions } from './tasks/task-actions.ts';
import { createQueueTicks } from './api/events/queue-ticks.ts';
import { createQueueView } from './api/events/queue-view.ts';
import { createStatusTeller } from './api/events/status-teller.ts';
import { createStreamPlaces } from './api/events/stream-places.ts';
import { createChangeFeed } from './status/change-feed.ts';
import { createChangeLog } from './status/change-log.ts';
import { lastReconciled } from './status/start-reconciler.ts';
import { countDeliveries } from './webhooks/count-deliveries.ts';
import { createTaskNumbers } from './status/task-numbers.ts';
import { createStatusChanges } from './status/status-changes.ts';
import { createStatusStore } from './status/status-store.ts';
import { createQueueWithFallback, createRedisQueue } from './status/redis-queue.ts';
import { controlWorkerState, gpuWorkerState, readObstacles } from './status/worker-health.ts';
import { createRedisWriteRefusal } from './status/redis-write-refusal.ts';
import { createSourceFetcher } from './sources/source-fetcher.ts';
import { createTemplateStore } from './templates/template-store.ts';
import { createTemporal } from './temporal/connection.ts';
import { describeTask } from './status/describe-task.ts';
import { createReadOwner } from './status/task-owners.ts';
import { keepNamespacePrepared } from './temporal/keep-namespace-prepared.ts';
import { createQueueControl } from './temporal/queue-control.ts';
import { countQueued, createClientAdmission, createTotalAdmission } from './temporal/admission.ts';
import { countWaitingForEngines } from './temporal/running-tasks.ts';
import { findAccepted } from './tasks/find-accepted.ts';
import { START_TASK_DEFAULTS, startTask } from './tasks/start-task.ts';
import { listStepTasks } from './temporal/step-tasks.ts';
import { createTemporalQueue } from './status/temporal-queue.ts';
import { listDeliveries } from './webhooks/list-deliveries.ts';
import { createRedeliver } from './webhooks/redeliver.ts';
import { removeDeliveries } from './webhooks/remove-deliveries.ts';

async function listen(app: ReturnType<typeof createApp>, { host, port }: Config['http']) {
  const server = createHttpServer(app);
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(
      `The API cannot listen on ${addressOf({ host, port })} (${messageOf(error)}). Free that port or set PORT.`,
      {
        cause: error,
      },
    );
  });
  return server;
}

async function addSamplesOnce({ assets }: Config, logger: Logger): Promise<void> {
  try {
    const added = await addSamples(assets.root, samplesFolder());
    if (added.length > 0) logger.info(`Samples added under ASSET_PATH: ${added.join(', ')}`);
  } catch (error) {
    logger.warn(`The samples could not be added under ASSET_PATH: ${messageOf(error)}`);
  }
}

/** The API process: HTTP in front of Temporal and Redis. */
async function main(config: Config, logger: Logger): Promise<void> {
  refuseExposure(config);
  await ensureAssetRoot(config.assets.root);
  await addSamplesOnce(config, logger);
  const redis = connectRedis(config.redis, logger);
  const temporal = createTemporal(config.temporal);
  const store = createStatusStore(redis, config.retentionDays * DAY_MS, config.temporal.priorityLevels);
  const stopping = new AbortController();
  const { assets } = config;
  const engines = createEngines({ config, logger });
  const voices = createVoiceLibrary(assets);
  const templates = createTemplateStore({
    folder: config.templatesFolder,
    onBroken: ({ name, problem }) => logger.warn(`The template ${name} cannot be used: ${problem}`),
  });

  const { namespace } = config.temporal;
  const redisWriteRefusal = createRedisWriteRefusal(store);
  const healthParts = { temporal, redis, config, redisWriteRefusal };
  const workerLooks = createWorkerChecks(healthParts);
  // This delays the answer to each client.
  const quickLooks = createWorkerChecks({ ...healthParts, limitMs: 1000 });
  const queue = createQueueControl(temporal, { namespace, taskQueue: QUEUES.gpu }, () => forecast.refresh());
  const forecast = createWaitForecast({
    queue: createQueueWithFallback({
      queue: createRedisQueue(redis),
      fallback: createTemporalQueue(temporal, config.temporal.priorityLevels),
      redisWriteRefusal,
    }),
    runTimes: createRunTimes(redis),
    readPause: queue.readPause,
    listWorkers: queue.listWorkers,
    readObstacles: () => readObstacles(quickLooks),
    now: () => new Date(),
  });

  const describe = (taskId: string) =>
    temporal.connection.withDeadline(Date.now() + 5000, () => describeTask(temporal, taskId));
  const feed = createChangeFeed(redis);
  const deletedRun = (taskId: string) => store.deletedRun(taskId);
  const readStatus = createReadStatus({ store, describe, redisWriteRefusal });
  /** If Redis refuses writes, its records are out of date. */
  const unlessBehind = async <T>(read: () => Promise<T>): Promise<T | null> =>
    (await redisWriteRefusal()) === null ? read() : null;
  const readPipeline = createReadPipeline({
    store: { read: (taskId) => unlessBehind(() => store.read(taskId)) },
    readStatus,
    listStepTasks: (pipelineId) =>
      temporal.connection.withDeadline(Date.now() + 5000, () => listStepTasks(temporal, pipelineId)),
  });
  const teller = createStatusTeller({ readStatus, readPipeline, lookAhead: forecast.ofTask });
  feed.follow({
    onChange({ taskId, note }) {
      if (note === null) teller.forget(taskId);
    },
  });
  const listTasks = createListTasks({
    listRuns: (options) => listRuns(temporal, options),
    store: { readRun: (taskId) => unlessBehind(() => store.readRun(taskId)) },
    describe,
    readPipeline,
    now: () => new Date(),
  });
  const admitClient = createClientAdmission({
    most: config.maxQueuedPerClient,
    count: (client, latest) => countQueued(temporal, client, latest),
    now: () => new Date(),
  });
  const admitAll = createTotalAdmission({
    most: config.maxQueued,
    count: () => countQueued(temporal, undefined, []),
    now: () => new Date(),
  });
  const checking = createCheckPool({
    onError: (error) => logger.error(`❌ A thread that checks requests ended: ${messageOf(error)}`),
  });
  const fetcher = createSourceFetcher({ assets, ...config.fetch });
  const actions = createTaskActions({
    temporal,
    store,
    describe,
    priorityLevels: config.temporal.priorityLevels,
    now: () => new Date(),
  });
  const lookAround = () => checkHealth({ temporal, redis, config, engines, redisWriteRefusal });
  const waitingForEngines = () =>
    temporal.connection.withDeadline(Date.now() + 3000, () => countWaitingForEngines(temporal));
  const metrics = createMetrics({
    checkHealth: lookAround,
    taskNumbers: createTaskNumbers(redis),
    lastReconciled: () => lastReconciled(redis),
    countWaitingForEngines: waitingForEngines,
    countDeliveries: () => temporal.connection.withDeadline(Date.now() + 3000, () => countDeliveries(temporal)),
    now: () => new Date(),
  });
  const routes = createRoutes({
    checks: checking.checks,
    fetcher,
    templates,
    voices,
    sent: createSentFiles(redis, { keptMs: config.retentionDays * DAY_MS, now: () => new Date() }),
    files: createFileLibrary(assets, { mostBytes: config.maxUploadBytes }),
    prepare: createPrepares(engines, { assets, templates, voices, randomSeed }),
    runSeconds: config.runSeconds,
    logger,
    now: () => new Date(),
    newTaskId: randomUUID,
    queueSeconds: config.queueSeconds,
    mostRunSeconds: config.maxRunSeconds,
    allowPrivateWebhooks: config.webhooks.allowPrivate,
    listDeliveries: (taskId) =>
      temporal.connection.withDeadline(Date.now() + 5000, () => listDeliveries(temporal, taskId)),
    redeliver: createRedeliver({ temporal, store }),
    admit: async (client, taskId, most) => {
      await admitClient(client, taskId, most);
      await admitAll(taskId);
    },
    admitAgain: (client, most) => admitClient(client, null, most),
    async startTask(taskId, task, details, client) {
      const { priorityLevels } = config.temporal;
      const options = { ...START_TASK_DEFAULTS, priorityLevels, details, client };
      const began = await startTask(temporal, taskId, task, options);
      if (began === 'started') metrics.noteSubmitted(task.taskType);
      // Temporal still knows a recently deleted task for some seconds.
      if (began !== 'existed' || (await findAccepted(temporal, taskId, deletedRun)) !== null) return began;
      return startTask(temporal, taskId, task, { ...options, again: 'after any end' });
    },
    findAccepted: (taskId) => findAccepted(temporal, taskId, deletedRun),
    listTasks,
    readInput: (taskId) =>
      temporal.connection.withDeadline(Date.now() + 5000, () => readAcceptedInput(temporal, taskId)),
    readAttempts: (taskId) => readAttempts(assets.root, taskId),
    ...actions,
    cancelTasks: createCancelTasks({
      listTasks,
      describe,
      cancelTask: (taskId) => actions.cancelTask(taskId),
      now: () => new Date(),
    }),
    deleteTask: createDeleteTask({
      temporal,
      store,
      describe,
      removeDeliveries: (taskId) => removeDeliveries(temporal, taskId),
      removeFiles: (taskId, outputs) => removeTaskFiles(assets.root, taskId, outputs),
    }),
    recordPending: (taskId, task) => store.write(taskId, { runStartedAt: 0, attempt: 0 }, newRecord(task)),
    lookAhead: forecast.ofTask,
    forecast,
    pauseQueue: queue.pause,
    resumeQueue: queue.resume,
    readPause: queue.readPause,
    listRunning: queue.listRunning,
    countWaitingForEngines: waitingForEngines,
    checkWorkers: async () => {
      const [health, gpuWorker, controlWorker] = await Promise.all([
        enginesHealth(engines, config),
        gpuWorkerState(workerLooks),
        controlWorkerState(workerLooks),
      ]);
      return { engines: health, gpuWorker: gpuWorker.part, controlWorker: controlWorker.part };
    },
    readStatus,
    readOwner: createReadOwner({ readStatus, describe }),
    changes: createStatusChanges(feed),
    feed,
    log: createChangeLog(redis),
    teller,
    onQueueTick: createQueueTicks(feed),
    viewQueue: createQueueView({ forecast, readStatus }),
    takePlace: createStreamPlaces(),
    readPipeline,
    mostPipelineTasks: config.maxPipelineTasks,
    version: projectVersion(),
    needsKey: config.apiKeys.length > 0,
    examplesFolder: examplesFolder(),
    checkHealth: lookAround,
    metricsText: metrics.text,
  });
  const server = await listen(
    createApp({ routes, ...config.http, keys: config.apiKeys, logger, noteAnswer: metrics.noteAnswer }),
    config.http,
  );
  logger.info(`🚀 API listening on ${addressOf(config.http)}`);
  const { info, warning } = describeKeys(config.apiKeys);
  if (info !== undefined) logger.info(info);
  if (warning !== undefined) logger.warn(warning);
  // This logs the broken templates.
  void templates.list().catch(() => undefined);
  void keepNamespacePrepared(temporal.connection, config, logger, stopping.signal);
  // Register this first, because a parent may ask us to stop as soon as we report ready.
  const stop = stopRequested();
  announceReady();

  logger.info(`Stopping: ${await stop}`);
  stopping.abort();
  feed.close();
  await stopServer(server, 5000);
  await checking.close();
  await fetcher.close();
  redis.disconnect();
  await temporal.connection.close();
}

await runProcess({ name: 'GPUServer', file: 'server.log', loadConfig, createLogger, main });
