/**
 * A kernel lock that this process holds. It ends with the process, and stays while the process is stopped (SIGSTOP).
 */
export interface HeldLock {
  /** Signals to waiting processes that this one is running. */
  beat(): Promise<void>;
  release(): Promise<void>;
}

/** The kernel lock of a card. It excludes every other process of the machine. */
export interface CardLock {
  /** @returns undefined if another process has the lock. */
  take(): Promise<HeldLock | undefined>;
  /** Whether the process with the lock responds. Waits at most `limitMs`. */
  holderAnswers(limitMs: number): Promise<boolean>;
}
