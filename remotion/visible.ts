import type { PictureClip, PictureSubtitle } from '../src/film/film.ts';

/** Whether a clip is drawn in a frame of the film: during its own length, and while it is held under the next clip. */
export const clipShows = ({ from, durationInFrames, holdFrames }: PictureClip, frame: number): boolean =>
  from <= frame && frame < from + durationInFrames + holdFrames;

export const subtitleShows = ({ from, to }: PictureSubtitle, frame: number): boolean => from <= frame && frame < to;

export interface Listed<T> {
  item: T;
  /** Its index in the whole list, which is its identity from frame to frame. */
  index: number;
}

/**
 * The items of a list that a frame shows, in order. React gets only these, so that ten thousand subtitles cost a frame
 * only ten thousand comparisons.
 */
export const visible = <T>(
  list: readonly T[],
  shows: (item: T, frame: number) => boolean,
  frame: number,
): Listed<T>[] => list.flatMap((item, index) => (shows(item, frame) ? [{ item, index }] : []));
