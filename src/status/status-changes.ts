import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { CHANGES_CHANNEL } from './queue-keys.ts';

/** Tells when the status of a task may have changed. */
export interface StatusChanges {
  /**
   * Watches a task until `stop` is called. Changes between two calls of `next` count.
   * @param signal ends the watch.
   * @returns null when too many are watching already.
   */
  watch: (taskId: string, signal?: AbortSignal) => TaskWatch | null;
  /** Whether changes arrive. */
  isLive: () => boolean;
  /** Ends all watches. */
  close: () => void;
}

export interface TaskWatch {
  /** Resolves when the status may have changed, or after `ms`, or when the watch is over. */
  next: (ms: number) => Promise<void>;
  isOver: () => boolean;
  stop: () => void;
}

/** Without news, a watch wakes its caller this often, so that it reads the status itself. */
const RECHECK_MS = 5000;
export const MOST_WATCHES = 2000;

/**
 * Listens to the changes that `write-status.lua` publishes, on one connection for all tasks. While Redis is away, or
 * refuses to publish, watches wake their callers every five seconds.
 */
export function createStatusChanges(redis: Redis, recheckMs = RECHECK_MS): StatusChanges {
  // A connection that listens is silent for hours, and waits for Redis as long as it is away.
  const listener = redis.duplicate({
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
  });
  const watchers = new Map<string, Set<() => void>>();
  let isClosed = false;
  // The connection for commands logs what is wrong.
  listener.on('error', () => undefined);
  listener.on('message', (_channel: string, taskId: string) => watchers.get(taskId)?.forEach((wake) => wake()));
  let isSubscribed = false;
  listener.on('close', () => {
    isSubscribed = false;
    // What watches may want to end.
    for (const ofTask of watchers.values()) for (const wake of ofTask) wake();
  });
  // After a loss of the connection too, once the new one is ready.
  listener.on('ready', () => {
    listener.subscribe(CHANGES_CHANNEL).then(
      () => (isSubscribed = true),
      () => undefined,
    );
  });

  let watches = 0;

  return {
    watch(taskId, signal) {
      if (watches >= MOST_WATCHES) return null;
      watches++;
      let hasChanged = false;
      let wake: (() => void) | undefined;
      const onChange = (): void => {
        hasChanged = true;
        wake?.();
      };
      const ofTask = watchers.get(taskId) ?? new Set();
      watchers.set(taskId, ofTask.add(onChange));
      signal?.addEventListener('abort', onChange, { once: true });
      return {
        isOver: () => isClosed || signal?.aborted === true,
        async next(ms) {
          const woken = new AbortController();
          wake = () => woken.abort();
          if (!hasChanged)
            await delay(Math.min(ms, recheckMs), undefined, { signal: woken.signal }).catch(() => undefined);
          hasChanged = false;
        },
        stop() {
          watches--;
          signal?.removeEventListener('abort', onChange);
          ofTask.delete(onChange);
          if (ofTask.size === 0) watchers.delete(taskId);
        },
      };
    },
    isLive: () => isSubscribed,
    close() {
      isClosed = true;
      for (const ofTask of watchers.values()) for (const wake of ofTask) wake();
      listener.disconnect();
    },
  };
}
