import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { CHANGES_CHANNEL } from './queue-keys.ts';

/** Notifies of possible changes of a task's status. */
export interface StatusChanges {
  /**
   * Watches a task until `stop` is called. It remembers changes between two calls of `next`.
   * @param signal ends the watch.
   * @returns null if there are too many watches already.
   */
  watch: (taskId: string, signal?: AbortSignal) => TaskWatch | null;
  /** Whether notifications arrive. */
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

/** Without notifications, a watch wakes its caller this often to read the status. */
const RECHECK_MS = 5000;
export const MOST_WATCHES = 2000;

/**
 * Listens to the changes that `write-status.lua` publishes, on one connection for all tasks. While Redis is away, or
 * refuses to publish, watches wake their callers every five seconds.
 */
export function createStatusChanges(redis: Redis, recheckMs = RECHECK_MS): StatusChanges {
  // A subscribed connection may be silent for hours, and waits for Redis while it is away.
  const listener = redis.duplicate({
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
  });
  const watchers = new Map<string, Set<() => void>>();
  let isClosed = false;
  // The connection for commands logs the problem.
  listener.on('error', () => undefined);
  listener.on('message', (_channel: string, taskId: string) => watchers.get(taskId)?.forEach((wake) => wake()));
  let isSubscribed = false;
  listener.on('close', () => {
    isSubscribed = false;
    // The watches that may have to end.
    for (const ofTask of watchers.values()) for (const wake of ofTask) wake();
  });
  // This also runs after a reconnect, when the new connection is ready.
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
