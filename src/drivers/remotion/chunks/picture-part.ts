import type { Picture, PictureClip, PictureSubtitle } from '../../../film/film.ts';

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

/** For each of several consecutive ranges, the items that are visible in it, in order. */
function* showing<T>(
  items: readonly T[],
  ranges: readonly FrameRange[],
  spanOf: (item: T) => FrameRange,
): Generator<T[]> {
  const coming = items.map((item, index) => ({ item, index, ...spanOf(item) })).toSorted((a, b) => a.from - b.from);
  let next = 0;
  let active: typeof coming = [];
  for (const range of ranges) {
    const first = next;
    while ((coming[next]?.from ?? Infinity) < range.to) next++;
    active = active.filter(({ to }) => to > range.from);
    if (next > first)
      active = [...active, ...coming.slice(first, next).filter(({ to }) => to > range.from)].toSorted(
        (one, other) => one.index - other.index,
      );
    yield active.map(({ item }) => item);
  }
}

/** `partOf` for each of many consecutive ranges. */
export function* partsOf(picture: Picture, ranges: readonly FrameRange[]): Generator<Picture> {
  const clips = showing(picture.clips, ranges, ({ from, durationInFrames, holdFrames }) => ({
    from,
    to: from + durationInFrames + holdFrames,
  }));
  const subtitles = showing(picture.subtitles, ranges, (line) => line);
  for (const range of ranges) {
    const [shown, said] = [clips.next(), subtitles.next()];
    yield partOf({ ...picture, clips: shown.value ?? [], subtitles: said.value ?? [] }, range);
  }
}

/**
 * The part of a picture that determines the frames of a range, as a separate picture. The range begins at frame 0; an
 * item that began earlier has a negative `from`. The part contains no other items, and neither its place in the film
 * nor the film's length.
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
