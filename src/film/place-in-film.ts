import type { Clip } from './timeline-types.ts';
import { slotsOf, type OwnLength } from './clip-slots.ts';
import { placeClips, type End, type Place } from './place-clips.ts';

export interface FilmPlan {
  clips: readonly Clip[];
  fps: number;
  own: OwnLength;
  /** The length from the client; undefined: the last end of narration, clips and subtitles. */
  length: number | undefined;
  /** How many frames a film without a given length continues after that end. */
  tail: number;
  /** The later end of narration and subtitles, 0 without both; `unknown` before their files are known. */
  othersEnd: number | 'unknown';
}

const lastEnd = (places: readonly Place[]): number =>
  places.reduce((last, { start, length }) => Math.max(last, start === undefined ? 0 : start + (length ?? 0)), 0);

/** The places of a film's clips, and the end of the film: `open` if nothing in it has a length. */
export function placeInFilm({ clips, fps, own, length, tail, othersEnd }: FilmPlan): { places: Place[]; end: End } {
  const slots = slotsOf(clips, fps, own, length !== undefined);
  if (length !== undefined) return { places: placeClips(slots, length), end: length };
  const first = placeClips(slots, 'unknown');
  const isUnknown = slots.some((slot) => slot.length === undefined && slot.free === undefined);
  if (othersEnd === 'unknown' || isUnknown) return { places: first, end: 'unknown' };
  // Clips without a length fill the time of the others.
  const known = Math.max(othersEnd, lastEnd(first));
  const fill = (until: number): { places: Place[]; end: End } => {
    const places = placeClips(slots, until);
    return { places, end: Math.max(until, lastEnd(places)) };
  };
  if (known > 0) return fill(known + tail);
  const places = placeClips(slots, 'open');
  const end = lastEnd(places);
  if (end === 0) return { places, end: 'open' };
  return tail === 0 ? { places, end } : fill(end + tail);
}
