import type { PictureClip } from '../src/film/film.ts';

export type MovingClip = Extract<PictureClip, { kind: 'video' | 'gif' }>;

/** The frame of the clip at which the present turn of a repeated source began; 0 where it is played once. */
export const turnStart = (loopFrames: number | null, frame: number): number =>
  loopFrames === null ? 0 : Math.floor(Math.max(0, frame) / loopFrames) * loopFrames;

/**
 * Seconds from the beginning of the source to the picture in frame `frame` of its clip. May be after the end of the
 * source.
 */
export function sourceSeconds(
  source: Pick<MovingClip, 'trimBefore' | 'playbackRate' | 'loopFrames'>,
  frame: number,
  fps: number,
): number {
  const played = Math.max(0, frame) - turnStart(source.loopFrames, frame);
  return (source.trimBefore + played * source.playbackRate) / fps;
}

/** Times of frames are divisions: a picture that begins within this of a frame is that frame's. */
const TOLERANCE_US = 500;

/** Number of the picture that stands at a time, given how long each stays in µs; behind the end, the last. */
export function pictureAt(durations: readonly number[], seconds: number): number {
  let end = 0;
  for (const [index, duration] of durations.entries()) {
    end += duration;
    if (seconds * 1_000_000 + TOLERANCE_US < end) return index;
  }
  return Math.max(0, durations.length - 1);
}
