/** One part of the machine as `/health` shows it. */
export interface PartHealth {
  ok: boolean;
  /** What it is, or what is wrong with it and what to do. */
  detail: string;
  [more: string]: unknown;
}
