/** Measures how long a task has waited, for its turn or for its engine, against its limit if it has one. */
export interface QueueClock {
  /** In ms. */
  waited(): number;
  /** The time that is left in ms, 0 when the limit is reached; undefined without a limit. */
  left(): number | undefined;
  /** The task waits from now on, if it did not before. */
  start(): void;
  stop(): void;
}

/** The clock runs from the beginning. @param before how long the task waited before, in ms. */
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
