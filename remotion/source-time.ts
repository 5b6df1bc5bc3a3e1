import type { PictureClip } from '../src/film/film.ts';

export type MovingClip = Extract<PictureClip, { kind: 'video' | 'gif' }>;

/** The frame of the clip at which the present turn of a repeated source began; 0 if it is played once. */
export const turnStart = (loopFrames: number | null, frame: number): number =>
  loopFrames === null ? 0 : Math.floor(Math.max(0, frame) / loopFrames) * loopFrames;

/**
 * The time in the source, in seconds, of the picture in frame `frame` of its clip. It may be after the end of the
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

/** Times of frames are inexact quotients, so a picture that begins within this time of a frame belongs to the frame. */
const TOLERANCE_US = 500;

/** The number of the picture at a time, given the durations of all pictures in µs; after the end, the last one. */
export function pictureAt(durations: readonly number[], seconds: number): number {
  let end = 0;
  for (const [index, duration] of durations.entries()) {
    end += duration;
    if (seconds * 1_000_000 + TOLERANCE_US < end) return index;
  }
  return Math.max(0, durations.length - 1);
}
