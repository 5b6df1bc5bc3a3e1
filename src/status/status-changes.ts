import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeFeed } from './change-feed.ts';

/** Notifies of possible changes of a task's status. */
export interface StatusChanges {
  /**
   * Watches a task until `stop` is called. It remembers changes between two calls of `next`.
   * @param signal ends the watch.
   * @param client who watches.
   * @returns null if there are too many watches already, of all or of this client.
   */
  watch: (taskId: string, signal?: AbortSignal, client?: string) => TaskWatch | null;
}

export interface TaskWatch {
  /** Resolves when the status may have changed, or after `ms`, or when the watch is over. */
  next: (ms: number) => Promise<void>;
  /** Watches these tasks too: the steps of a pipeline. */
  also: (taskIds: readonly string[]) => void;
  isOver: () => boolean;
  stop: () => void;
}

/** Without notifications, a watch wakes its caller this often to read the status. */
const RECHECK_MS = 5000;
export const MOST_WATCHES = 2000;
export const MOST_WATCHES_PER_CLIENT = 1500;

/**
 * Watches single tasks. While Redis is away, or refuses to publish, watches wake their callers every five seconds.
 */
export function createStatusChanges(
  feed: Pick<ChangeFeed, 'follow' | 'isClosed'>,
  recheckMs = RECHECK_MS,
): StatusChanges {
  const watchers = new Map<string, Set<() => void>>();
  feed.follow({
    onChange: ({ taskId, note }) => {
      if (note === null) watchers.get(taskId)?.forEach((wake) => wake());
    },
    // The watches that may have to end.
    onBreak: () => {
      for (const ofTask of watchers.values()) for (const wake of ofTask) wake();
    },
  });
  let watches = 0;
  const ofClients = new Map<string, number>();

  return {
    watch(taskId, signal, client) {
      const mine = client === undefined ? 0 : (ofClients.get(client) ?? 0);
      if (watches >= MOST_WATCHES || mine >= MOST_WATCHES_PER_CLIENT) return null;
      watches++;
      if (client !== undefined) ofClients.set(client, mine + 1);
      let hasChanged = false;
      let wake: (() => void) | undefined;
      const onChange = (): void => {
        hasChanged = true;
        wake?.();
      };
      const watched = new Set<string>();
      const also = (taskIds: readonly string[]): void => {
        for (const id of taskIds) {
          watched.add(id);
          watchers.set(id, (watchers.get(id) ?? new Set()).add(onChange));
        }
      };
      also([taskId]);
      signal?.addEventListener('abort', onChange, { once: true });
      return {
        also,
        isOver: () => feed.isClosed() || signal?.aborted === true,
        async next(ms) {
          const woken = new AbortController();
          wake = () => woken.abort();
          if (!hasChanged)
            await delay(Math.min(ms, recheckMs), undefined, { signal: woken.signal }).catch(() => undefined);
          hasChanged = false;
        },
        stop() {
          watches--;
          if (client !== undefined) {
            const left = (ofClients.get(client) ?? 1) - 1;
            if (left > 0) ofClients.set(client, left);
            else ofClients.delete(client);
          }
          signal?.removeEventListener('abort', onChange);
          for (const id of watched) {
            const ofTask = watchers.get(id);
            ofTask?.delete(onChange);
            if (ofTask?.size === 0) watchers.delete(id);
          }
        },
      };
    },
  };
}
