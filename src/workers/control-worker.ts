import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { createControlActivities } from '../../activities/control-activities.ts';
import { createPipelineActivities } from '../../activities/pipeline-activities.ts';
import { DAY_MS, forServerEngines, QUEUES } from '../contracts/names.ts';
import { sweepOutputs } from '../assets/sweep-outputs.ts';
import { sweepWorkFolders } from '../assets/sweep-work.ts';
import { runEngineMonitor } from '../gpu/engine-monitor.ts';
import { sweepUploads } from '../files/upload-folder.ts';
import { createFilePlaces, createPrepares } from '../engines/create-prepares.ts';
import { createSourceFetcher } from '../sources/source-fetcher.ts';
import { sweepFetched } from '../sources/sweep-fetched.ts';
import { derivedSeed } from '../prepare/random-seed.ts';
import { reportLiveness } from '../status/worker-liveness.ts';
import { createIsForgotten } from '../status/is-forgotten.ts';
import { createTaskNumbers } from '../status/task-numbers.ts';
import { createRunTimes } from '../status/run-times.ts';
import { startReconciler } from '../status/start-reconciler.ts';
import { describeTask } from '../status/describe-task.ts';
import { listWaitingTasks, wakeTasks } from '../temporal/waiting-tasks.ts';
import { createTemplateStore } from '../templates/template-store.ts';
import { createVoiceLibrary } from '../voices/voice-library.ts';
import { createAnnounceEnds } from '../webhooks/announce-ends.ts';
import { createAnnounceEvent } from '../webhooks/announce-event.ts';
import { createWebhooks } from './create-webhooks.ts';
import type { WorkerParts } from './worker-parts.ts';
import { shortErrors } from './shorten-errors.ts';

const LOOK_LIMIT_MS = 5000;
/** The build writes it next to the compiled workflow code; see tools/bundle-workflows.mjs. */
const WORKFLOW_BUNDLE = fileURLToPath(new URL('../../workflows-temporal/workflow-bundle.js', import.meta.url));
/** About 0.5 MB each. Other workflows are replayed when they are needed, because the engines need the memory more. */
const MOST_CACHED_WORKFLOWS = 500;
/** A step is prepared within a minute. */
const MOST_FETCH_SECONDS = 45;
/** How often the engines that tasks wait for are probed. */
const MONITOR_INTERVAL_MS = 5000;

/**
 * Removes what is left of old uploads, old outputs where OUTPUT_DAYS is set, and work folders at most a day after the
 * retention of their tasks has ended.
 */
async function sweepDaily({ config, temporal, status, logger, now }: WorkerParts, signal: AbortSignal): Promise<void> {
  const isForgotten = createIsForgotten({
    describe: (taskId) =>
      temporal.connection.withDeadline(Date.now() + LOOK_LIMIT_MS, () => describeTask(temporal, taskId)),
    store: status,
  });
  while (!signal.aborted) {
    const daysAgo = (days: number): Date => new Date(now().getTime() - days * DAY_MS);
    const { assets, outputDays = 0, retentionDays } = config;
    await sweepUploads(assets.root, daysAgo(1));
    const outputs = outputDays === 0 ? 0 : await sweepOutputs(assets, daysAgo(outputDays));
    if (outputs > 0) logger.info(`Removed ${outputs} outputs of tasks that are older than OUTPUT_DAYS (${outputDays})`);
    // A work folder knows which outputs its task made.
    const before = daysAgo(Math.max(retentionDays, outputDays));
    const fetched = outputDays === 0 ? 0 : await sweepFetched(assets.root, before);
    if (fetched > 0) logger.info(`Removed ${fetched} fetched files that no request has named since`);
    const removed = await sweepWorkFolders(assets.root, before, isForgotten);
    if (removed > 0) logger.info(`Removed ${removed} work folders of tasks that no longer exist`);
    await delay(DAY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** The worker for everything except GPU work: workflows, status, the reconciler and the engine monitor. */
export async function createControlWorker(parts: WorkerParts, signal: AbortSignal): Promise<Worker> {
  const { config, connection, temporal, redis, status, engines, logger, now } = parts;
  const identity = `${process.pid}@${hostname()}`;
  const numbers = createTaskNumbers(redis);
  void reportLiveness(redis, identity, signal);
  const prepareDeps = {
    assets: config.assets,
    voices: createVoiceLibrary(config.assets),
    templates: createTemplateStore({ folder: config.templatesFolder }),
    randomSeed: derivedSeed,
  };
  const seconds = Math.min(config.fetch.seconds, MOST_FETCH_SECONDS);
  const fetcher = createSourceFetcher({ assets: config.assets, ...config.fetch, seconds });
  const announce = createAnnounceEvent(temporal);
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: QUEUES.control,
    identity,
    maxCachedWorkflows: MOST_CACHED_WORKFLOWS,
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    activities: {
      ...createControlActivities({ temporal, status, runTimes: createRunTimes(redis), announce, now }),
      ...createPipelineActivities({
        temporal,
        status,
        assetRoot: config.assets.root,
        prepare: createPrepares(engines, prepareDeps),
        sources: { filePlaces: createFilePlaces(engines, prepareDeps), fetcher },
        priorityLevels: config.temporal.priorityLevels,
        runSeconds: config.runSeconds,
        queueSeconds: config.queueSeconds,
        announce,
        now,
        logger,
      }),
      ...createWebhooks(
        {
          ...parts,
          onTried: (isTaken) => void numbers.noteDelivery(isTaken ? 'delivered' : 'failed').catch(() => undefined),
        },
        signal,
      ),
    },
    interceptors: { activity: [shortErrors] },
    shutdownForceTime: config.shutdownGraceMs,
  });
  const announceEnds = createAnnounceEnds(temporal, announce);
  void startReconciler({ temporal, redis, store: status, ...announceEnds, logger, now }, signal);
  void runEngineMonitor(
    {
      listWaiting: (engine) => listWaitingTasks(temporal, engine),
      probes: forServerEngines((engine) => async () => (await engines[engine].check()).up),
      wake: (taskIds) => wakeTasks(temporal, taskIds),
      intervalMs: MONITOR_INTERVAL_MS,
      logger,
    },
    signal,
  );
  void sweepDaily(parts, signal);
  logger.info('🧭 Control worker: ready');
  return worker;
}
