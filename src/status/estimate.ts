import type { SecondsRange } from '../contracts/queue.ts';

/** Below this, quartiles say little: the range is widened instead. */
const ENOUGH_RUNS = 5;
/** Progress below this says little about what is left. */
const TELLING_PROGRESS = 0.05;

/** The value below which a part of the sorted values lies, between neighbours in proportion. */
function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** What runs usually take: the middle half of them, or half to double the median while few are known. Null without any. */
export function usualSeconds(runs: readonly number[]): SecondsRange | null {
  if (runs.length === 0) return null;
  const sorted = runs.toSorted((a, b) => a - b);
  if (runs.length >= ENOUGH_RUNS) return { min: quantile(sorted, 0.25), max: quantile(sorted, 0.75) };
  const median = quantile(sorted, 0.5);
  return { min: median / 2, max: median * 2 };
}

/** What is left of a run: by what runs usually take, and by its own pace once its progress tells. Null when neither is known. */
export function remainingSeconds(usual: SecondsRange | null, elapsed: number, progress: number): SecondsRange | null {
  const pace = progress >= TELLING_PROGRESS ? (elapsed / progress) * (1 - progress) : undefined;
  if (usual === null) return pace === undefined ? null : { min: pace, max: pace };
  const left = { min: Math.max(0, usual.min - elapsed), max: Math.max(0, usual.max - elapsed) };
  return pace === undefined ? left : { min: Math.min(left.min, pace), max: Math.max(left.max, pace) };
}

const ends = (ranges: readonly (SecondsRange | null)[], end: keyof SecondsRange): number[] =>
  ranges.map((range) => range?.[end] ?? 0);

/** Each task goes to the slot that is free first. @returns when each starts, and when all is done. */
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
 * When tasks in line start, and when all is done, in seconds from now.
 * @param slots when each slot is free; none when nobody works.
 * @param runs what each task in line will take, in their order. Behind one of unknown length nothing is known.
 */
export function forecast(
  slots: readonly (SecondsRange | null)[],
  runs: readonly (SecondsRange | null)[],
): { starts: (SecondsRange | null)[]; end: SecondsRange | null } {
  const nothing = { starts: runs.map(() => null), end: null };
  if (slots.length === 0 || slots.includes(null)) return nothing;
  const known = runs.includes(null) ? runs.slice(0, runs.indexOf(null)) : runs;
  // The first one of unknown length has a start all the same.
  const line = [...known, null];
  const soon = playOut(ends(slots, 'min'), ends(line, 'min'));
  const late = playOut(ends(slots, 'max'), ends(line, 'max'));
  return {
    starts: runs.map((_, index) =>
      index < line.length ? { min: soon.starts[index] ?? 0, max: late.starts[index] ?? 0 } : null,
    ),
    end: known.length < runs.length ? null : { min: soon.end, max: late.end },
  };
}
