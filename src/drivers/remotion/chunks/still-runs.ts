import type { Picture, PictureClip, PictureSubtitle } from '../../../film/film.ts';
import type { FrameRange } from './picture-part.ts';

/** The frames of the film at which a still clip appears or disappears. */
const edges = (clip: PictureClip): number[] => [clip.from, clip.from + clip.durationInFrames + clip.holdFrames];

/** The ranges in which a clip changes from one frame to the next, in frames of the film. */
function movement(clip: PictureClip): FrameRange[] {
  const end = clip.from + clip.durationInFrames;
  if (clip.kind === 'video' || clip.kind === 'gif') return [{ from: clip.from, to: end + clip.holdFrames }];
  const motion = clip.motion === null ? [] : [{ from: clip.from, to: end }];
  const transition = clip.transition === null ? 0 : clip.transition.durationInFrames;
  return [...motion, { from: clip.from, to: clip.from + transition }];
}

const changes = (line: PictureSubtitle): number[] => [
  line.from,
  line.to,
  ...line.words.flatMap(({ from, to }) => [from, to]),
];

/** Counts the runs that `runsOf` would return, without building them, because a film may have ten million frames. */
export function countRuns({ durationInFrames: frames, clips, subtitles }: Picture): number {
  const moving = clips
    .flatMap(movement)
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(frames, to + 1) }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from);
  const still = new Set([0, ...clips.flatMap(edges), ...subtitles.flatMap(changes)]);
  const points = [...still].filter((frame) => frame >= 0 && frame < frames).toSorted((a, b) => a - b);
  let [count, at, end] = [0, 0, 0];
  for (const { from, to } of [...moving, { from: frames, to: frames }]) {
    // The runs between two movements.
    for (; at < points.length && (points[at] ?? 0) < from; at++) if ((points[at] ?? 0) >= end) count++;
    count += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return count;
}

/**
 * Divides the frames of a picture into runs of frames that look the same. Most runs of a moving picture are one frame
 * long.
 */
export function runsOf(picture: Picture): FrameRange[] {
  const { durationInFrames: frames, clips, subtitles } = picture;
  const begins = new Uint8Array(frames);
  const mark = (frame: number): void => {
    if (frame > 0 && frame < frames) begins[frame] = 1;
  };
  for (const clip of clips) {
    edges(clip).forEach(mark);
    for (const { from, to } of movement(clip))
      // The frame after a movement is the first one that stays.
      begins.fill(1, Math.max(0, from), Math.max(0, to + 1));
  }
  for (const line of subtitles) changes(line).forEach(mark);
  const starts = [...begins.keys()].filter((frame) => frame === 0 || begins[frame] === 1);
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? frames }));
}
