/** Measures how long a task has waited, for its turn or for its engine, and compares this with its limit. */
export interface QueueClock {
  /** In ms. */
  waited(): number;
  /** The remaining time in ms, 0 when the limit is reached; undefined without a limit. */
  left(): number | undefined;
  /** Starts the clock, unless it is running. */
  start(): void;
  stop(): void;
}

/** Creates a running clock. @param before how long the task has waited before, in ms. */
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
