/** The facts that identify rolling captions: the times of a cue, and its text line by line. */
export interface ShownLines {
  startMs: number;
  endMs: number;
  /** Without marks. */
  shown: readonly string[];
}

/** The largest gap between two cues that show one line without a break. */
const GAP_MS = 100;
/** YouTube puts a cue of 10 ms between two others. */
const BRIDGE_MS = 50;
/** The least share of repeating pairs of neighbours, if there is no such bridge. */
const LEAST_SHARE = 0.4;
const LEAST_PAIRS = 2;

/** How many lines at the top of a cue repeat the bottom of the cue before it. */
function repeated(before: ShownLines | undefined, cue: ShownLines): number {
  if (before === undefined || cue.startMs > before.endMs + GAP_MS || cue.startMs < before.startMs) return 0;
  const most = Math.min(before.shown.length, cue.shown.length);
  for (let count = most; count > 0; count--)
    if (cue.shown.slice(0, count).every((line, at) => line === before.shown[before.shown.length - count + at]))
      return count;
  return 0;
}

/**
 * For each cue, how many of its first lines the cue before it has already shown; all zeros unless the captions roll. In
 * rolling captions, such as YouTube's automatic ones, each line is shown at the bottom, and again above the next line.
 */
export function rolledLines(cues: readonly ShownLines[]): number[] {
  const counts = cues.map((cue, index) => repeated(cues[index - 1], cue));
  const rolling = counts.filter((count) => count > 0).length;
  const hasBridge = cues.some(
    ({ startMs, endMs, shown }, index) =>
      endMs - startMs <= BRIDGE_MS && counts[index] === shown.length && shown.length > 0,
  );
  const isRolling = hasBridge || (rolling >= LEAST_PAIRS && rolling >= LEAST_SHARE * (cues.length - 1));
  return isRolling ? counts : counts.map(() => 0);
}
