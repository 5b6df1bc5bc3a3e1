import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Pause } from '../contracts/queue.ts';
import { AppError, messageOf } from '../errors.ts';
import { isServerAway, isUnimplemented, type Temporal } from './connection.ts';

/** `temporal.api.enums.v1.TaskQueueType` */
const ACTIVITY_QUEUE = 2;
const LIMIT_MS = 5000;

/** A queue of activities in a namespace. */
export interface QueueName {
  namespace: string;
  taskQueue: string;
}

async function setRate(
  { connection }: Temporal,
  { namespace, taskQueue }: QueueName,
  rate: number | null,
  { by, reason }: { by: string; reason: string },
): Promise<void> {
  const change = () =>
    connection.workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue,
      taskQueueType: ACTIVITY_QUEUE,
      identity: by,
      updateQueueRateLimit: { rateLimit: rate === null ? null : { requestsPerSecond: rate }, reason },
    });
  try {
    await connection.withDeadline(Date.now() + LIMIT_MS, change);
  } catch (error) {
    if (isUnimplemented(error)) throw new AppError('pause_unsupported', undefined, { cause: error });
    if (isServerAway(error)) throw new AppError('operation_unavailable', messageOf(error), { cause: error });
    throw error;
  }
}

/**
 * The Temporal server hands out nothing more of this queue, to no worker, until `resumeQueue`; it keeps that through restarts.
 * What was handed out already goes on.
 * @throws {AppError} `operation_unavailable`, `pause_unsupported`
 */
export const pauseQueue = (temporal: Temporal, queue: QueueName, why: { by: string; reason: string }): Promise<void> =>
  setRate(temporal, queue, 0, why);

/** @throws {AppError} as `pauseQueue` */
export const resumeQueue = (temporal: Temporal, queue: QueueName, by: string): Promise<void> =>
  setRate(temporal, queue, null, { by, reason: 'resumed' });

/** The pause that the server keeps for a queue, whoever made it; null when it hands out tasks. @throws when the server does not answer. */
export async function readPause({ connection }: Temporal, { namespace, taskQueue }: QueueName): Promise<Pause | null> {
  const { config } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY_QUEUE,
    reportConfig: true,
  });
  const { rateLimit, metadata } = config?.queueRateLimit ?? {};
  if (rateLimit == null || (rateLimit.requestsPerSecond ?? 0) > 0) return null;
  const { updateIdentity, reason, updateTime } = metadata ?? {};
  return {
    by: updateIdentity || 'unknown',
    reason: reason || 'no reason was given',
    since: updateTime == null ? null : new Date(tsToMs(updateTime)).toISOString(),
  };
}
