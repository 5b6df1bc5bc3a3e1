import type { SettledClip } from './settle-clips.ts';

const endOf = ({ from, durationInFrames }: SettledClip): number => from + durationInFrames;

/**
 * Clips of one track in the order they are painted: as they were given, which decides what covers what. Where none overlaps another
 * the order means nothing, and that of time lets each come in over the one before it.
 */
function orderOfTrack(clips: readonly SettledClip[]): SettledClip[] {
  const byTime = clips.toSorted((a, b) => a.from - b.from);
  const overlap = byTime.some((clip, index) => index > 0 && endOf(byTime[index - 1] ?? clip) > clip.from);
  return overlap ? [...clips] : byTime;
}

/** The clips with a picture in the order they are painted: the bottom track first. */
export function paintOrder(clips: readonly SettledClip[]): SettledClip[] {
  const tracks = new Map<number, SettledClip[]>();
  for (const settled of clips) {
    if (settled.clip.kind === 'audio') continue;
    const track = tracks.get(settled.clip.layer);
    if (track === undefined) tracks.set(settled.clip.layer, [settled]);
    else track.push(settled);
  }
  return [...tracks].toSorted(([a], [b]) => a - b).flatMap(([, track]) => orderOfTrack(track));
}

/** How long a clip's transition takes: not longer than the clip. */
export const transitionFrames = ({ clip, durationInFrames }: SettledClip): number =>
  Math.min(clip.transition?.durationInFrames ?? 0, durationInFrames);

/**
 * How long each clip stays, beyond its end, under one that comes in over it: what a track showed before a transition stays until the
 * transition is over, so nothing below it flashes up.
 * @param painted as {@link paintOrder} gives them
 */
export function holds(painted: readonly SettledClip[]): number[] {
  const held = painted.map(() => 0);
  const byTime = [...painted.entries()].toSorted(([, a], [, b]) => a.from - b.from);
  /** Those that may still be seen, by track. */
  const open = new Map<number, number[]>();
  for (const [index, incoming] of byTime) {
    const { from, clip } = incoming;
    const seen = (open.get(clip.layer) ?? []).filter((below) => endAt(painted, below) >= from);
    const until = from + transitionFrames(incoming);
    for (const below of seen)
      // One that is painted later would cover what comes in.
      if (below < index && (painted[below]?.from ?? from) < from)
        held[below] = Math.max(held[below] ?? 0, until - endAt(painted, below));
    open.set(clip.layer, [...seen, index]);
  }
  return held;
}

const endAt = (painted: readonly SettledClip[], index: number): number => {
  const settled = painted[index];
  return settled === undefined ? 0 : endOf(settled);
};
