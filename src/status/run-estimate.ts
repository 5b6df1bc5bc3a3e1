import type { SecondsRange } from '../contracts/queue.ts';

/** Quartiles of fewer runs are unreliable, so the range is widened instead. */
const ENOUGH_RUNS = 5;
/** An estimate from less progress is unreliable. */
const TELLING_PROGRESS = 0.05;

/** The quantile `part` (0–1) of sorted values, interpolated between neighbours. */
function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * How long runs usually take: the middle half of the runs, or half to double the median if only few are known; null
 * without runs.
 */
export function usualSeconds(runs: readonly number[]): SecondsRange | null {
  if (runs.length === 0) return null;
  const sorted = runs.toSorted((a, b) => a - b);
  if (runs.length >= ENOUGH_RUNS) return { min: quantile(sorted, 0.25), max: quantile(sorted, 0.75) };
  const median = quantile(sorted, 0.5);
  return { min: median / 2, max: median * 2 };
}

/**
 * The remaining time of a run, from the usual time of runs and, once it has made progress, from its own pace; null if
 * neither is known.
 */
export function remainingSeconds(usual: SecondsRange | null, elapsed: number, progress: number): SecondsRange | null {
  const pace = progress >= TELLING_PROGRESS ? (elapsed / progress) * (1 - progress) : undefined;
  if (usual === null) return pace === undefined ? null : { min: pace, max: pace };
  const left = { min: Math.max(0, usual.min - elapsed), max: Math.max(0, usual.max - elapsed) };
  return pace === undefined ? left : { min: Math.min(left.min, pace), max: Math.max(left.max, pace) };
}

const ends = (ranges: readonly (SecondsRange | null)[], end: keyof SecondsRange): number[] =>
  ranges.map((range) => range?.[end] ?? 0);

/** Gives each task to the slot that is free first. @returns when each task starts, and when all are done. */
function playOut(slots: readonly number[], runs: readonly number[]): { starts: number[]; end: number } {
  const free = [...slots];
  const starts = runs.map((run) => {
    const first = free.indexOf(Math.min(...free));
    const start = free[first] ?? 0;
    free[first] = start + run;
    return start;
  });
  return { starts, end: Math.max(...free) };
}

/**
 * When queued tasks start, and when all are done, in seconds from now.
 * @param slots when each slot is free; empty when no worker runs.
 * @param runs the durations of the queued tasks, in order. Nothing is known about tasks after one of unknown duration.
 */
export function forecast(
  slots: readonly (SecondsRange | null)[],
  runs: readonly (SecondsRange | null)[],
): { starts: (SecondsRange | null)[]; end: SecondsRange | null } {
  const nothing = { starts: runs.map(() => null), end: null };
  if (slots.length === 0 || slots.includes(null)) return nothing;
  const known = runs.includes(null) ? runs.slice(0, runs.indexOf(null)) : runs;
  // Even the first task of unknown duration has a known start.
  const queue = [...known, null];
  const soon = playOut(ends(slots, 'min'), ends(queue, 'min'));
  const late = playOut(ends(slots, 'max'), ends(queue, 'max'));
  return {
    starts: runs.map((_, index) =>
      index < queue.length ? { min: soon.starts[index] ?? 0, max: late.starts[index] ?? 0 } : null,
    ),
    end: known.length < runs.length ? null : { min: soon.end, max: late.end },
  };
}
