import { tsToMs } from '@temporalio/common/lib/time.js';
import { WORKER_HEARTBEAT_MS } from '../contracts/names.ts';
import type { Temporal } from './connection.ts';
import type { QueueName } from './queue-rate.ts';

/** `temporal.api.enums.v1.WorkerStatus` */
export const RUNNING_WORKER = 1;

/**
 * The names of the workers of a queue whose heartbeat is recent. The list of pollers does not show them: a worker whose
 * only slot is busy does not poll.
 * @throws when the server does not answer.
 */
export async function listLiveWorkers(
  { connection }: Temporal,
  { namespace, taskQueue }: QueueName,
): Promise<string[]> {
  const query = `TaskQueue="${taskQueue}"`;
  const { workersInfo } = await connection.workflowService.listWorkers({ namespace, query, pageSize: 100 });
  const oldest = Date.now() - 3 * WORKER_HEARTBEAT_MS;
  return (workersInfo ?? [])
    .map(({ workerHeartbeat }) => workerHeartbeat)
    .filter((worker) => worker?.status === RUNNING_WORKER && tsToMs(worker.heartbeatTime) >= oldest)
    .map((worker) => worker?.workerIdentity ?? '');
}
