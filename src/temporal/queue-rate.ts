import { setTimeout as delay } from 'node:timers/promises';
import { busyWords, isUnderOldVersion, type Temporal } from './connection.ts';
import { fitPlain, MOST_BYTES } from './limits.ts';

/** `temporal.api.enums.v1.TaskQueueType` */
export const ACTIVITY_QUEUE = 2;
/**
 * Long, because a write that is cut leaves the server with an old version in its memory. Of a server that hangs the caller hears sooner.
 */
const WRITE_LIMIT_MS = 30_000;
const MOST_TRIES = 5;
const BACKOFF_MS = 300;

/** A queue of activities in a namespace. */
export interface QueueName {
  namespace: string;
  taskQueue: string;
}

/** How many tasks of a queue may be handed out, and who wants that. */
export interface QueueRate {
  /** A second; null for any number. */
  rate: number | null;
  by: string;
  reason: string;
}

/**
 * The server writes what it knows of a queue under a version that it keeps in its memory. A write whose call was cut is in its database all
 * the same and its memory does not know, so that it refuses every later one, until it looks into its database again: every five minutes,
 * or when it loads that part of the queue anew. This unloads it. The call is the one that ends the own queue of a worker; the part that
 * has the version is that for workflows, which a queue of activities does not use.
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
 * Sets the rate of a queue on the server, which keeps it. Goes round an old version in the server's memory, and waits where it takes no more
 * at the moment.
 * @throws a gRPC error when the server does not answer, cannot do it, or goes on refusing.
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
