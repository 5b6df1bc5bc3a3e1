/** Measures how long a task has waited, for its turn or for its engine, against the limit that it may have. */
export interface QueueClock {
  /** ms so far. */
  waited(): number;
  /** ms left, 0 when the limit is reached; undefined without a limit. */
  left(): number | undefined;
  /** It waits from now on, if it does not already. */
  start(): void;
  stop(): void;
}

/** @param before ms that it waited before. It waits from the beginning. */
export function createQueueClock(limitSeconds: number | undefined, before: number): QueueClock {
  let earlier = before;
  let since: number | null = Date.now();
  const waited = (): number => earlier + (since === null ? 0 : Date.now() - since);
  return {
    waited,
    left: () => (limitSeconds === undefined ? undefined : Math.max(0, limitSeconds * 1000 - waited())),
    start() {
      since ??= Date.now();
    },
    stop() {
      earlier = waited();
      since = null;
    },
  };
}
