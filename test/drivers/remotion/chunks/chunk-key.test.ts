import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkKey, type ChunkSettings } from '../../../../src/drivers/remotion/chunks/chunk-key.ts';
import { planChunks } from '../../../../src/drivers/remotion/chunks/chunk-plan.ts';
import { partOf } from '../../../../src/drivers/remotion/chunks/picture-part.ts';
import type { Picture } from '../../../../src/film/film.ts';
import { aPicture, emptyPicture } from '../../../helpers/picture-arbitrary.ts';

const SETTINGS: ChunkSettings = {
  bundle: 'b',
  browser: 'Chromium 1',
  encoder: ['-c:v', 'x'],
  jpegQuality: 92,
  scale: 1,
};
const contentOf = (src: string): string => `content of ${src}`;
const cut = (picture: Picture) => planChunks(picture.durationInFrames, { chunkFrames: 40, children: 2 });
const keys = (picture: Picture, settings = SETTINGS, content = contentOf): string[] =>
  cut(picture).map((range) => chunkKey(partOf(picture, range), settings, content));

test('A changed subtitle changes the chunks in which it shows, and no other.', () => {
  const withLine = aPicture.filter(({ subtitles }) => subtitles.length > 0);
  fc.assert(
    fc.property(withLine, fc.nat(), (picture, pick) => {
      const at = pick % picture.subtitles.length;
      const line = picture.subtitles[at];
      const changed = picture.subtitles.map((one, index) => (index === at ? { ...one, text: `${one.text}!` } : one));
      const [before, after] = [keys(picture), keys({ ...picture, subtitles: changed })];
      const shows = cut(picture).map(({ from, to }) => line !== undefined && line.from < to && line.to > from);
      expect(before.map((key, index) => key !== after[index])).toEqual(shows);
    }),
  );
});

test('Another content of a file changes only the chunks that show it; its name does not matter.', () => {
  fc.assert(
    fc.property(aPicture, (picture) => {
      const other = keys(picture, SETTINGS, (src) => (src === 'a.png' ? 'another content' : contentOf(src)));
      const shows = cut(picture).map((range) =>
        partOf(picture, range).clips.some((clip) => 'src' in clip && clip.src === 'a.png'),
      );
      expect(keys(picture).map((key, index) => key !== other[index])).toEqual(shows);
      const renamed = picture.clips.map((clip) => ('src' in clip ? { ...clip, src: `moved/${clip.src}` } : clip));
      const moved = keys({ ...picture, clips: renamed }, SETTINGS, (src) => contentOf(src.replace('moved/', '')));
      expect(moved).toEqual(keys(picture));
    }),
  );
});

test('Everything that changes pixels changes the key.', () => {
  const picture = emptyPicture(1);
  const others: Partial<ChunkSettings>[] = [
    { bundle: 'c' },
    { browser: 'Chromium 2' },
    { encoder: ['-c:v', 'y'] },
    { jpegQuality: 80 },
    { scale: 0.5 },
  ];
  const pictures: Partial<Picture>[] = [
    { fps: 25 },
    { width: 162 },
    { backgroundColor: 'red' },
    { durationInFrames: 2 },
  ];
  const all = [
    ...[{}, ...others].map((one) => keys(picture, { ...SETTINGS, ...one })),
    ...pictures.map((one) => keys({ ...picture, ...one })),
  ].flat();
  expect(new Set(all).size).toBe(all.length);
});

test('The subtitle style does not affect a chunk without subtitles, nor do later parts of the film.', () => {
  const picture = emptyPicture(100);
  const line = { text: 'late', from: 80, to: 90, words: [], language: null };
  const [early] = keys(picture);
  expect(keys({ ...picture, subtitles: [line], subtitleStyle: { ...picture.subtitleStyle, color: 'red' } })[0]).toBe(
    early,
  );
});

test('The same part of a film has the same key wherever it is in the film.', () => {
  fc.assert(
    fc.property(aPicture, fc.integer({ min: 1, max: 1000 }), (picture, later) => {
      const moved: Picture = {
        ...picture,
        durationInFrames: picture.durationInFrames + later,
        clips: picture.clips.map((clip) => ({ ...clip, from: clip.from + later })),
        subtitles: picture.subtitles.map((line) => ({
          ...line,
          from: line.from + later,
          to: line.to + later,
          words: line.words.map((word) => ({ ...word, from: word.from + later, to: word.to + later })),
        })),
      };
      const whole = { from: 0, to: picture.durationInFrames };
      expect(partOf(moved, { from: later, to: later + whole.to })).toEqual(partOf(picture, whole));
    }),
  );
});
