/** A kernel lock that this process holds. It ends with the process, and lasts while the process is merely stopped. */
export interface HeldLock {
  /** Shows to waiting processes that this one works. */
  beat(): Promise<void>;
  release(): Promise<void>;
}

/** The kernel lock of a card, which keeps off every other process of the machine. */
export interface CardLock {
  /** @returns undefined when another process has it. */
  take(): Promise<HeldLock | undefined>;
  /** Whether the process that has it shows signs of life. Waits at most `limitMs`. */
  holderAnswers(limitMs: number): Promise<boolean>;
}
