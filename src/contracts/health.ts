/** One part of the machine as `/health` shows it. */
export interface PartHealth {
  ok: boolean;
  /** A description of the part, or the problem and the remedy. */
  detail: string;
  [more: string]: unknown;
}

/** The holder of a card, as `/health` shows it. */
export interface CardHealth {
  gpu_id: string;
  holder: { host: string; pid: number; since: string };
  /** Grows with every holder. */
  number: number;
  /** `expired`: the holder has neither left nor renewed the lease. */
  lease: 'held' | 'expired';
}
