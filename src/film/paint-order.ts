import { createRangeMaximum } from './range-maximum.ts';
import type { SettledClip } from './settle-clips.ts';

const endOf = ({ from, durationInFrames }: SettledClip): number => from + durationInFrames;

/**
 * The clips of one track in the order of painting. This is the given order, which decides which clip covers another. If
 * no clips overlap, it is the order of time, so that each clip appears over the one before it.
 */
function orderOfTrack(clips: readonly SettledClip[]): SettledClip[] {
  const byTime = clips.toSorted((a, b) => a.from - b.from);
  const overlap = byTime.some((clip, index) => index > 0 && endOf(byTime[index - 1] ?? clip) > clip.from);
  return overlap ? [...clips] : byTime;
}

/** In the order in which each track first appears. */
function tracksOf(clips: readonly SettledClip[]): Map<number, SettledClip[]> {
  const tracks = new Map<number, SettledClip[]>();
  for (const settled of clips) {
    const track = tracks.get(settled.clip.layer);
    if (track === undefined) tracks.set(settled.clip.layer, [settled]);
    else track.push(settled);
  }
  return tracks;
}

/** The clips with a picture in the order of painting: the bottom track first. */
export function paintOrder(clips: readonly SettledClip[]): SettledClip[] {
  return [...tracksOf(clips.filter(({ clip }) => clip.kind !== 'audio'))]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, track]) => orderOfTrack(track));
}

/** The length of a clip's transition, at most the length of the clip. */
export const transitionFrames = ({ clip, durationInFrames }: SettledClip): number =>
  Math.min(clip.transition?.durationInFrames ?? 0, durationInFrames);

/** The first index of a sorted row whose number is larger than `value`. */
function placeAfter(row: readonly number[], value: number): number {
  let [low, high] = [0, row.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((row[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** {@link holds} for one track. */
function holdsOfTrack(track: readonly SettledClip[]): number[] {
  const incoming = track.filter((settled) => transitionFrames(settled) > 0).map(({ from }) => from);
  const starts = [...new Set(incoming)].toSorted((a, b) => a - b);
  const latestEnd = createRangeMaximum(starts.length);
  const held: number[] = [];
  // From the top down, because only a clip that is painted later can cover another.
  for (const settled of track.toReversed()) {
    const [{ from }, end] = [settled, endOf(settled)];
    const until = latestEnd.largest(placeAfter(starts, from), placeAfter(starts, end));
    held.push(Math.max(0, until - end));
    const frames = transitionFrames(settled);
    if (frames > 0) latestEnd.raise(placeAfter(starts, from) - 1, from + frames);
  }
  return held.toReversed();
}

/**
 * How long each clip stays after its end under an incoming clip. The clip before a transition stays until the
 * transition is over, so nothing below it becomes visible.
 * @param painted the clips in the order of {@link paintOrder}
 * @returns the number of frames for each clip.
 */
export const holds = (painted: readonly SettledClip[]): number[] =>
  [...tracksOf(painted).values()].flatMap(holdsOfTrack);
