/** Our hold on a card, as its kernel sees it: it ends with this process, and lasts while this process is merely stopped. */
export interface HeldLock {
  /** Shows to those who wait that this process is not merely there, but works. */
  beat(): Promise<void>;
  release(): Promise<void>;
}

/** What keeps every other process of one machine off a card. */
export interface CardLock {
  /** @returns undefined when another process has it. */
  take(): Promise<HeldLock | undefined>;
  /** Whether the process that has it shows signs of life; asks for `limitMs` at the most. */
  holderAnswers(limitMs: number): Promise<boolean>;
}
