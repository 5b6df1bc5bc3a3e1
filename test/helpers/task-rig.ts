import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Redis } from 'ioredis';
import { createControlActivities } from '../../activities/control-activities.ts';
import { createGpuActivities } from '../../activities/gpu-activities.ts';
import { createPipelineActivities } from '../../activities/pipeline-activities.ts';
import { loadConfig } from '../../src/config.ts';
import { forTaskTypes, QUEUES } from '../../src/contracts/names.ts';
import type { TaskInput } from '../../src/contracts/task.ts';
import type { ComfyuiDriver } from '../../src/drivers/comfyui/driver.ts';
import type { CosyvoiceDriver } from '../../src/drivers/cosyvoice/driver.ts';
import type { RemotionDriver } from '../../src/drivers/remotion/driver.ts';
import { createComfyuiEngine } from '../../src/engines/comfyui-engine.ts';
import { createCosyvoiceEngine } from '../../src/engines/cosyvoice-engine.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { createRemotionEngine } from '../../src/engines/remotion-engine.ts';
import { createLineLogger } from '../../src/logging.ts';
import type { Prepares } from '../../src/prepare/prepare.ts';
import { createRedisWriteRefusal } from '../../src/status/redis-write-refusal.ts';
import { createReadStatus } from '../../src/status/read-status.ts';
import { reconcile } from '../../src/status/reconciler.ts';
import { createRunTimes } from '../../src/status/run-times.ts';
import { createStatusStore } from '../../src/status/status-store.ts';
import { createTemporal } from '../../src/temporal/connection.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { listChanges } from '../../src/status/list-changes.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';
import { START_TASK_DEFAULTS, startTask } from '../../src/tasks/start-task.ts';
import { createAnnounceEnds } from '../../src/webhooks/announce-ends.ts';
import { createAnnounceEvent } from '../../src/webhooks/announce-event.ts';
import { createWebhooks } from '../../src/workers/create-webhooks.ts';
import { noPrepares } from './no-prepares.ts';
import { sharedServers } from './shared-servers.ts';

/** The signature of webhooks. */
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'rig').toString('base64')}`;

Runtime.install({ logger: new DefaultLogger('ERROR') });

export type Render = RemotionDriver['render'];
export type Generate = ComfyuiDriver['run'];

/** Made by the set-up of the tests. */
const WORKFLOW_BUNDLE = fileURLToPath(new URL('../../dist/workflows-temporal/workflow-bundle.js', import.meta.url));

const noComfyui: Generate = () => Promise.reject(new Error('this test has no ComfyUI'));

/**
 * The whole path of a task in one process, on a real Temporal server and a real Redis; only the drawing is the test's
 * own. Both workers run until `stop`.
 */
export async function createTaskRig(
  render: Render,
  generate: Generate = noComfyui,
  doubles: { speak?: CosyvoiceDriver['speak']; prepare?: (assetRoot: string) => Prepares } = {},
  { address, priorityLevels } = { address: sharedServers().temporalAddress, priorityLevels: 101 },
) {
  const assetRoot = path.join(await realpath(await mkdtemp(path.join(tmpdir(), 'rig-'))), 'assets');
  await mkdir(assetRoot);
  await writeFile(path.join(assetRoot, 'picture.png'), 'x');
  const namespace = 'default';
  const temporal = createTemporal({ address, namespace, uiUrl: undefined, priorityLevels });
  await prepareNamespace(temporal.connection, { namespace, retentionDays: 30 });
  const { redisHost, redisPort } = sharedServers();
  const redis = new Redis({ host: redisHost, port: redisPort, maxRetriesPerRequest: 0 });
  const store = createStatusStore(redis, 60_000, priorityLevels);
  const log: string[] = [];
  const logger = createLineLogger('GPUWorker', (line) => log.push(line));
  const now = () => new Date();
  // Queues of its own, so that rigs of other test files never serve each other's tasks.
  const suffix = randomUUID().slice(0, 8);
  const queues = { control: `${QUEUES.control}-${suffix}`, gpu: `${QUEUES.gpu}-${suffix}` };
  const connection = await NativeConnection.connect({ address });

  const config = loadConfig({ ASSET_PATH: assetRoot, WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SECRET });
  const deps = { config, logger };
  const ending = new AbortController();
  const engines = {
    ...createEngines(deps),
    remotion_render: createRemotionEngine(deps, {
      prepare: () => Promise.resolve(),
      render,
      close: () => Promise.resolve(),
    }),
    comfyui: createComfyuiEngine(deps, {
      run: generate,
      check: () => Promise.reject(new Error('unused')),
      missing: () => Promise.resolve([]),
      sweepStrays: () => Promise.resolve(),
      freeMemory: () => Promise.resolve(),
      heldMemory: () => Promise.resolve(0),
    }),
    cosyvoice: createCosyvoiceEngine(deps, {
      speak: doubles.speak ?? (() => Promise.reject(new Error('this test has no CosyVoice'))),
      check: () => Promise.reject(new Error('unused')),
    }),
  };
  const createGpuWorker = () =>
    Worker.create({
      connection,
      namespace,
      taskQueue: queues.gpu,
      activities: createGpuActivities({
        temporal,
        status: store,
        gpuId: 'test:0',
        logger,
        now,
        assetRoot,
        engines,
        makeRoom: () => Promise.resolve(),
      }),
      maxConcurrentActivityTaskExecutions: 1,
      maxHeartbeatThrottleInterval: '200ms',
      shutdownForceTime: '10s',
    });
  const createControlWorker = (over = connection) => {
    const announce = createAnnounceEvent(temporal, queues.control);
    return Worker.create({
      connection: over,
      namespace,
      taskQueue: queues.control,
      workflowBundle: { codePath: WORKFLOW_BUNDLE },
      activities: {
        ...createControlActivities({ temporal, status: store, runTimes: createRunTimes(redis), announce, now }),
        ...createPipelineActivities({
          temporal,
          status: store,
          assetRoot,
          prepare: doubles.prepare?.(assetRoot) ?? noPrepares,
          priorityLevels,
          runSeconds: forTaskTypes(() => 60),
          queueSeconds: forTaskTypes(() => undefined),
          gpuQueue: queues.gpu,
          announce,
          now,
          logger,
        }),
        ...createWebhooks({ config, temporal, status: store, logger, now }, ending.signal),
      },
    });
  };
  let controlWorker = await createControlWorker();
  let controlRun = controlWorker.run();
  let gpuWorker = await createGpuWorker();
  let gpuRun = gpuWorker.run();

  return {
    temporal,
    redis,
    store,
    log,
    assetRoot,
    queues,
    readStatus: createReadStatus({
      store,
      describe: (id) => describeTask(temporal, id),
      redisWriteRefusal: createRedisWriteRefusal(store),
    }),
    /** One look of the reconciler at the last minute, as the control worker takes it every two seconds. */
    reconcile: () =>
      reconcile(
        {
          store,
          listChanges: (since) => listChanges(temporal, since),
          describe: (id, runId) => describeTask(temporal, id, runId),
          // As another process, which remembers nothing.
          announceEnd: createAnnounceEnds(temporal, createAnnounceEvent(temporal, queues.control)).announceEnd,
          intervalMs: 1000,
          logger: createLineLogger('GPUWorker', () => undefined),
          now,
        },
        new Date(Date.now() - 60_000),
      ),
    /** Starts a task; `more` overrides parts of it. Nobody serves a `control` queue of another name. */
    async submit(
      more: Partial<TaskInput<'remotion_render'>> = {},
      control = queues.control,
      client?: string,
      taskId: string = randomUUID(),
    ): Promise<string> {
      const timeline = {
        width: 320,
        height: 568,
        fps: 30,
        durationInFrames: 30,
        backgroundColor: '#000000',
        clips: [],
        subtitles: [],
        audioSrc: null,
        bgmSrc: null,
        bgmVolume: 0.1,
      };
      const task: TaskInput = {
        taskType: 'remotion_render',
        priority: 50,
        summary: 'a test film',
        acceptedAt: now().toISOString(),
        gpuQueue: queues.gpu,
        runSeconds: 60,
        input: { timeline, outputPath: `output/${taskId}.mp4` },
        ...more,
      };
      await startTask(temporal, taskId, task, {
        ...START_TASK_DEFAULTS,
        priorityLevels,
        taskQueue: control,
        client,
      });
      return taskId;
    },
    /** Starts a `comfyui` task with a graph of no meaning. */
    async submitComfyui(more: Partial<TaskInput<'comfyui'>> = {}): Promise<string> {
      const taskId = randomUUID();
      const task: TaskInput<'comfyui'> = {
        taskType: 'comfyui',
        priority: 50,
        summary: 'a test picture',
        acceptedAt: now().toISOString(),
        gpuQueue: queues.gpu,
        runSeconds: 60,
        input: { template: null, graph: {}, uploads: [], seed: 7, models: [], ignored: [] },
        ...more,
      };
      const options = { ...START_TASK_DEFAULTS, priorityLevels, taskQueue: queues.control };
      await startTask(temporal, taskId, task, options);
      return taskId;
    },
    handle: (taskId: string) => temporal.client.workflow.getHandle(taskId),
    /** A polite shutdown of the GPU worker, as a restart of the process begins. */
    async stopGpuWorker(): Promise<void> {
      gpuWorker.shutdown();
      await gpuRun;
    },
    async startGpuWorker(): Promise<void> {
      gpuWorker = await createGpuWorker();
      gpuRun = gpuWorker.run();
    },
    async stopControlWorker(): Promise<void> {
      controlWorker.shutdown();
      await controlRun;
    },
    async startControlWorker(): Promise<void> {
      controlWorker = await createControlWorker();
      controlRun = controlWorker.run();
    },
    /** A second control worker beside the first one, until the returned function is called. */
    async addControlWorker(): Promise<() => Promise<void>> {
      const own = await NativeConnection.connect({ address });
      const second = await createControlWorker(own);
      const run = second.run();
      return async () => {
        second.shutdown();
        await run;
        await own.close();
      };
    },
    async stop(): Promise<void> {
      ending.abort();
      for (const worker of [gpuWorker, controlWorker]) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all([controlRun, gpuRun]);
      await connection.close();
      await temporal.connection.close();
      redis.disconnect();
      await rm(path.dirname(assetRoot), { recursive: true, force: true });
    },
  };
}
export type TaskRig = Awaited<ReturnType<typeof createTaskRig>>;
