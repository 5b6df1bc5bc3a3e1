import type { ChangeFeed } from '../../status/change-feed.ts';

/** Many tasks often enter the queue at once. */
const LEAST_MS = 1000;

/**
 * Tells streams that the queue has changed, at most once a second.
 * @returns a function that adds a listener, and returns a function that removes it.
 */
export function createQueueTicks(feed: Pick<ChangeFeed, 'follow'>, leastMs = LEAST_MS) {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const tick = (): void => {
    timer = undefined;
    last = performance.now();
    for (const listener of listeners) listener();
  };
  feed.follow({
    onChange({ movedQueue }) {
      if (movedQueue && listeners.size > 0)
        timer ??= setTimeout(tick, Math.max(0, last + leastMs - performance.now())).unref();
    },
  });
  return (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
}
