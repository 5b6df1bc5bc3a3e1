import type { Picture, PictureClip, PictureSubtitle } from '../../film/film.ts';

/** A stretch of a film, in frames; `to` is exclusive. */
export interface FrameRange {
  from: number;
  to: number;
}

const shows = (clip: PictureClip, { from, to }: FrameRange): boolean =>
  clip.from < to && clip.from + clip.durationInFrames + clip.holdFrames > from;

const shiftLine = (line: PictureSubtitle, by: number): PictureSubtitle => ({
  ...line,
  from: line.from - by,
  to: line.to - by,
  words: line.words.map((word) => ({ ...word, from: word.from - by, to: word.to - by })),
});

/**
 * The part of a picture that determines the frames of a range, as a picture of its own: the range begins at frame 0, what began before
 * it has a negative `from`. What shows elsewhere is not in it, nor where in the film it is, nor how long that is.
 */
export function partOf(picture: Picture, range: FrameRange): Picture {
  const { from, to } = range;
  return {
    ...picture,
    durationInFrames: to - from,
    clips: picture.clips.filter((clip) => shows(clip, range)).map((clip) => ({ ...clip, from: clip.from - from })),
    subtitles: picture.subtitles
      .filter((line) => line.from < to && line.to > from)
      .map((line) => shiftLine(line, from)),
  };
}
