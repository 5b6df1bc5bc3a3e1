/** One part of the machine as `/health` shows it. */
export interface PartHealth {
  ok: boolean;
  /** What it is, or what is wrong with it and what to do. */
  detail: string;
  [more: string]: unknown;
}

/** Who has a card, as `/health` shows it. */
export interface CardHealth {
  gpu_id: string;
  holder: { host: string; pid: number; since: string };
  /** Grows with every holder. */
  number: number;
  /** `expired`: the holder has neither left nor been heard of. */
  lease: 'held' | 'expired';
}
