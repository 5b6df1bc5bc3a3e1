import fc from 'fast-check';
import type { Picture, PictureClip, SubtitleStyle } from '../../src/film/film.ts';

export const SUBTITLE_STYLE: SubtitleStyle = {
  style: 'highlight',
  position: 'bottom',
  marginX: 10,
  marginY: 20,
  fontSize: null,
  color: '#ffffff',
  highlightColor: '#ffd83d',
  strokeColor: '#000000',
  strokeWidth: null,
  boxColor: '#000000',
};

export const emptyPicture = (durationInFrames: number): Picture => ({
  width: 160,
  height: 284,
  fps: 30,
  durationInFrames,
  backgroundColor: '#123456',
  clips: [],
  subtitles: [],
  subtitleStyle: SUBTITLE_STYLE,
  watermark: null,
});

const clipWithin = (frames: number): fc.Arbitrary<PictureClip> =>
  fc
    .record({
      from: fc.nat(frames - 1),
      length: fc.integer({ min: 1, max: frames }),
      hold: fc.nat(20),
      src: fc.constantFrom('a.png', 'b.png'),
      moves: fc.boolean(),
      kind: fc.constantFrom('image', 'video'),
      transition: fc.integer({ min: 0, max: 12 }),
    })
    .map(({ from, length, hold, src, moves, kind, transition }): PictureClip => {
      const durationInFrames = Math.min(length, frames - from);
      const base = {
        src,
        fit: 'cover' as const,
        from,
        durationInFrames,
        holdFrames: Math.min(hold, frames - from - durationInFrames),
        style: {},
        motion: moves ? { type: 'zoom-in' as const, amount: 0.1 } : null,
        transition:
          transition === 0 ? null : { type: 'fade' as const, from: 'left' as const, durationInFrames: transition },
      };
      if (kind === 'image') return { ...base, kind: 'image' };
      return { ...base, kind: 'video', transparent: false, trimBefore: 0, playbackRate: 1, loopFrames: null };
    });

/** Random pictures of up to 400 frames with images, videos and subtitles. */
export const aPicture: fc.Arbitrary<Picture> = fc.integer({ min: 1, max: 400 }).chain((frames) => {
  const line = fc
    .record({ from: fc.nat(frames - 1), length: fc.integer({ min: 1, max: 60 }), text: fc.string({ minLength: 1 }) })
    .map(({ from, length, text }) => {
      const to = Math.min(frames, from + length);
      return { text, from, to, words: [{ text, from, to: Math.ceil((from + to) / 2) }], language: null };
    });
  return fc
    .record({ clips: fc.array(clipWithin(frames), { maxLength: 6 }), subtitles: fc.array(line, { maxLength: 6 }) })
    .map((lists) => ({ ...emptyPicture(frames), ...lists }));
});
