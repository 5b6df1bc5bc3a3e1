/**
 * A kernel lock that this process holds. It ends with the process, and stays while the process is stopped (SIGSTOP).
 */
export interface HeldLock {
  /** Signals to waiting processes that this one is running. */
  beat(): Promise<void>;
  release(): Promise<void>;
}

/** What a holder says of itself, also to workers with another Redis. */
export interface NamedHolder {
  pid: number;
  host: string;
  /** When it took the lock, ISO 8601. */
  since: string;
}

/** The kernel lock of a card. It excludes every other process of the machine. */
export interface CardLock {
  /** @returns undefined if another process has the lock. */
  take(): Promise<HeldLock | undefined>;
  /** The process that has the lock, as it named itself; undefined if it gives no name in `limitMs`. Never rejects. */
  readHolder(limitMs: number): Promise<NamedHolder | undefined>;
  /** Whether the process with the lock responds. Waits at most `limitMs`. */
  holderAnswers(limitMs: number): Promise<boolean>;
}
