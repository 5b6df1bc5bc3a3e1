import type { Clip, FileClip } from './timeline-types.ts';
import type { Slot } from './place-clips.ts';

/**
 * The length of a file before the media are known. A clip that may be left out takes no share until it is known whether
 * it is left out.
 */
export const unknownLength: OwnLength = (clip) => (isMoving(clip) || clip.onError === 'skip' ? undefined : null);

/** How long a still is shown if nothing else determines its length. */
const STILL_SECONDS = 3;

/** Whether a clip has its own length, the length of its file. */
export const isMoving = ({ kind }: Clip): boolean => kind === 'video' || kind === 'gif' || kind === 'audio';

export const trackOf = ({ kind, layer }: Clip): string => (kind === 'audio' ? `sound ${layer}` : String(layer));

/** The lowest track with a picture on it. */
export function bottomTrack(clips: readonly Clip[]): string | undefined {
  const layers = clips.filter(({ kind }) => kind !== 'audio').map(({ layer }) => layer);
  return layers.length === 0 ? undefined : String(layers.reduce((least, layer) => Math.min(least, layer), Infinity));
}

/** Frames of the film between `trimBefore` and `trimAfter`; undefined if the clip ends with its file. */
export const trimmedFrames = ({ trimBefore = 0, trimAfter, playbackRate = 1 }: FileClip): number | undefined =>
  trimAfter === undefined ? undefined : Math.max(1, Math.round((trimAfter - trimBefore) / playbackRate));

/**
 * How many frames of the film a clip's file lasts, after trims and rate are applied; 0 if it is left out, null for a
 * still picture, undefined if unknown.
 */
export type OwnLength = (clip: FileClip, index: number) => number | null | undefined;

/**
 * Whether a clip has its own place in the frame. Earlier clients put a product over a background on the same layer in
 * this way.
 */
const isPlaced = ({ style = {} }: Clip): boolean =>
  [style.scale, style.top, style.left, style.width, style.height].some((value) => value !== undefined);

/** The facts about a clip that `placeClips` needs. */
function slotOf(clip: Clip, index: number, film: { fps: number; own: OwnLength; stays: boolean }): Slot {
  const { startFrame: start, durationInFrames: asked } = clip;
  const track = trackOf(clip);
  const still = { least: Math.max(1, Math.round(STILL_SECONDS * film.fps)) };
  const file = clip.kind === 'color' || clip.kind === 'text' ? undefined : clip;
  const own = file === undefined ? null : film.own(file, index);
  const trimmed = file === undefined || file.loop === true ? undefined : trimmedFrames(file);
  const { exactStart, exactLength } = clip;
  const base = { track, start, exactStart, stays: false, over: isPlaced(clip) };
  if (asked !== undefined && (trimmed === undefined || asked <= trimmed))
    return { ...base, length: asked, exactLength, free: undefined };
  if (asked !== undefined) return { ...base, length: trimmed, free: undefined };
  if (own === undefined) return { ...base, length: undefined, free: undefined, stays: staysOn(file, film.stays) };
  if (own === null) return { ...base, length: undefined, free: still };
  if (own === 0) return { ...base, length: 0, free: undefined };
  if (file?.loop === true) return { ...base, length: undefined, free: { least: own } };
  return { ...base, length: own, free: undefined, stays: staysOn(file, film.stays) };
}

/** A trimmed clip ends at its trim. */
const staysOn = (clip: FileClip | undefined, stays: boolean): boolean =>
  stays && clip !== undefined && isMoving(clip) && clip.trimAfter === undefined && clip.loop !== true;

/**
 * The facts about the clips of a film that `placeClips` needs.
 * @param given whether the film's length is given. If so, the last clip of every track stays until the end, otherwise
 * only the last clip of the bottom track.
 */
export function slotsOf(clips: readonly Clip[], fps: number, own: OwnLength, given: boolean): Slot[] {
  const bottom = bottomTrack(clips);
  return clips.map((clip, index) => slotOf(clip, index, { fps, own, stays: given || trackOf(clip) === bottom }));
}
