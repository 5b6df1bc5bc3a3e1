import { setTimeout as delay } from 'node:timers/promises';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Pause } from '../contracts/queue.ts';
import { AppError, messageOf } from '../errors.ts';
import { busyWords, isServerAway, isUnderOldVersion, isUnimplemented, type Temporal } from './connection.ts';
import { createLatestWriter } from './latest-writer.ts';
import { ACTIVITY_QUEUE, writeQueueRate, type QueueName, type QueueRate } from './queue-rate.ts';

/**
 * How long a caller waits. The write continues, because an aborted write leaves an old version in the server's memory.
 */
const ANSWER_MS = 5000;
const STILL_WRITING =
  'it has not answered yet and may still make the change; GET /queue shows whether the queue is paused';

export interface QueueSwitch {
  /**
   * Stops the Temporal server from handing out tasks of this queue until `resume`; the pause survives restarts. Tasks
   * that were handed out continue. If several calls come at once, the last one counts.
   * @throws {AppError} `operation_unavailable`, `pause_unsupported`
   */
  pause: (why: { by: string; reason: string }) => Promise<void>;
  /** @throws {AppError} as `pause` */
  resume: (by: string) => Promise<void>;
}

/** Pauses and resumes a queue of activities by setting its rate on the server to 0, or to no limit. */
export function createQueueSwitch(temporal: Temporal, queue: QueueName): QueueSwitch {
  const write = createLatestWriter<QueueRate>((rate) => writeQueueRate(temporal, queue, rate));
  const set = async (rate: QueueRate): Promise<void> => {
    const written = write(rate);
    const answered = new AbortController();
    const late = delay(ANSWER_MS, undefined, { signal: answered.signal, ref: false }).then(() => {
      throw new AppError('operation_unavailable', STILL_WRITING);
    });
    try {
      await Promise.race([written, late]);
    } catch (error) {
      if (isUnimplemented(error)) throw new AppError('pause_unsupported', undefined, { cause: error });
      if (isServerAway(error) || isUnderOldVersion(error) || busyWords(error) !== undefined)
        throw new AppError('operation_unavailable', messageOf(error), { cause: error });
      throw error;
    } finally {
      late.catch(() => undefined);
      written.catch(() => undefined);
      answered.abort();
    }
  };
  return {
    pause: (why) => set({ rate: 0, ...why }),
    resume: (by) => set({ rate: null, by, reason: 'resumed' }),
  };
}

/**
 * The present pause on the server, whoever set it; null while the queue is not paused. @throws when the server does not
 * answer.
 */
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
