import { Worker } from '@temporalio/worker';
import { createControlActivities } from '../../activities/control.ts';
import { QUEUES } from '../contracts/names.ts';
import { runEngineMonitor } from '../gpu/engine-monitor.ts';
import { startReconciler } from '../status/start-reconciler.ts';
import { listWaitingTasks, wakeTasks } from '../temporal/waiting-tasks.ts';
import { SHUTDOWN_LIMIT, type WorkerParts } from './parts.ts';

/** How often the engines that someone waits for are looked at. */
const MONITOR_INTERVAL_MS = 5000;

/** The worker for all that is not GPU work: workflows, status, and the two loops that look after tasks. */
export async function createControlWorker(parts: WorkerParts, signal: AbortSignal): Promise<Worker> {
  const { config, connection, temporal, redis, status, comfyui, cosyvoice, logger, now } = parts;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = await Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: QUEUES.control,
    workflowsPath: new URL(`../../workflows-temporal/index.${extension}`, import.meta.url).pathname,
    activities: createControlActivities({ temporal, status, now }),
    shutdownForceTime: SHUTDOWN_LIMIT,
  });
  void startReconciler({ temporal, redis, store: status, logger, now }, signal);
  void runEngineMonitor(
    {
      listWaiting: (engine) => listWaitingTasks(temporal, engine),
      probes: {
        comfyui: async () => (await comfyui.check()).up,
        cosyvoice: async () => (await cosyvoice.check()).up,
      },
      wake: (taskIds) => wakeTasks(temporal, taskIds),
      intervalMs: MONITOR_INTERVAL_MS,
      logger,
    },
    signal,
  );
  logger.info('🧭 Control worker: ready');
  return worker;
}
