import { setTimeout as delay } from 'node:timers/promises';
import { busyWords, isUnderOldVersion, type Temporal } from './connection.ts';
import { fitPlain, MOST_BYTES } from './fit-texts.ts';

/** `temporal.api.enums.v1.TaskQueueType` */
export const ACTIVITY_QUEUE = 2;
/** Long, because an aborted write leaves an old version in the server's memory. Callers do not wait this long. */
const WRITE_LIMIT_MS = 30_000;
const MOST_TRIES = 5;
const BACKOFF_MS = 300;

/** A queue of activities in a namespace. */
export interface QueueName {
  namespace: string;
  taskQueue: string;
}

/** The rate at which the server hands out tasks of a queue, who set it, and why. */
export interface QueueRate {
  /** Per second; null for no limit. */
  rate: number | null;
  by: string;
  reason: string;
}

/**
 * Makes the server read the version of a queue from its database again. The server writes the settings of a queue under
 * a version that it keeps in memory. If a call is cut off, the new version may be in the database and the old one in
 * memory. The server then refuses all later writes until it reads its database again: after five minutes, or when it
 * reloads that part of the queue. The call below unloads that part. The call is meant for ending a worker's own queue.
 * The version is in the part for workflows, which a queue of activities does not use.
 */
async function forgetVersion({ connection }: Temporal, { namespace, taskQueue }: QueueName): Promise<void> {
  await connection.workflowService.shutdownWorker({
    namespace,
    stickyTaskQueue: taskQueue,
    identity: 'gpu-middleware',
    reason: 'the version of the queue is read again',
  });
}

/**
 * Sets the rate of a queue on the server, which stores the rate. Repairs an old version in the server's memory, and
 * waits while the server is busy.
 * @throws a gRPC error when the server does not answer, does not know the call, or keeps refusing.
 */
export async function writeQueueRate(
  temporal: Temporal,
  queue: QueueName,
  { rate, by, reason }: QueueRate,
): Promise<void> {
  const { connection } = temporal;
  const write = () =>
    connection.workflowService.updateTaskQueueConfig({
      ...queue,
      taskQueueType: ACTIVITY_QUEUE,
      identity: fitPlain(by, MOST_BYTES.identity),
      updateQueueRateLimit: {
        rateLimit: rate === null ? null : { requestsPerSecond: rate },
        reason: fitPlain(reason, MOST_BYTES.reason),
      },
    });
  const until = Date.now() + WRITE_LIMIT_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      await connection.withDeadline(until, write);
      return;
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      if (isUnderOldVersion(error)) await connection.withDeadline(until, () => forgetVersion(temporal, queue));
      else if (busyWords(error) !== undefined) await delay(BACKOFF_MS * tries);
      else throw error;
    }
  }
}
