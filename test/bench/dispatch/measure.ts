/** One task of a run. Times are ms since 1970, with fractions. */
export interface Ran {
  taskId: string;
  /** 0–100 */
  priority: number;
  /** Between which its submission was accepted. */
  sent: number;
  accepted: number;
  /** Between which the engine had it. */
  began: number;
  ended: number;
}

export interface Quantiles {
  p50: number;
  p95: number;
  p99: number;
}

const LATE_MS = 250;

const byStart = (ran: readonly Ran[]): Ran[] => ran.toSorted((a, b) => a.began - b.began);

/** Tasks that began while one of higher priority waited. All must have been queued before the first began. */
export function countInversions(ran: readonly Ran[]): number {
  let inversions = 0;
  let highestAfter = -1;
  for (const { priority } of byStart(ran).toReversed()) {
    if (priority < highestAfter) inversions += 1;
    highestAfter = Math.max(highestAfter, priority);
  }
  return inversions;
}

/** Pairs of equals of which the later one, submitted more than `lateMs` after the other was accepted, began first. */
export function countSwaps(ran: readonly Ran[], lateMs = LATE_MS): number {
  const order = byStart(ran);
  let swaps = 0;
  for (const [index, first] of order.entries())
    for (const second of order.slice(index + 1))
      if (first.priority === second.priority && first.sent - second.accepted > lateMs) swaps += 1;
  return swaps;
}

/** Times between the end of one task and the start of the next, in ms. */
export function gaps(ran: readonly Ran[]): number[] {
  const order = byStart(ran);
  return order.slice(1).map((next, index) => next.began - (order[index]?.ended ?? next.began));
}

export function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export const median = (values: readonly number[]): number => quantiles(values).p50;
