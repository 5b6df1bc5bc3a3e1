import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOf } from '../../../../src/drivers/remotion/chunks/picture-part.ts';
import { countRuns, runsOf } from '../../../../src/drivers/remotion/chunks/still-runs.ts';
import type { Picture } from '../../../../src/film/film.ts';
import { aPicture, emptyPicture } from '../../../helpers/picture-arbitrary.ts';

/** What decides how a frame looks, told the slow way. */
function look(picture: Picture, frame: number): string {
  const clips = partOf(picture, { from: frame, to: frame + 1 }).clips.map((clip) => {
    const age = -clip.from;
    const grows = clip.motion === null ? 0 : Math.min(age, clip.durationInFrames);
    const comes = clip.transition === null ? 0 : Math.min(age, clip.transition.durationInFrames);
    return { ...clip, from: clip.kind === 'video' ? age : [grows, comes] };
  });
  const lines = picture.subtitles
    .filter(({ from, to }) => from <= frame && frame < to)
    .map((line) => ({ ...line, words: line.words.map((word) => [word.from <= frame, word.to <= frame]) }));
  return JSON.stringify([clips, lines]);
}

test('The runs of a picture cover it, and all frames of a run look the same.', () => {
  fc.assert(
    fc.property(aPicture, (picture) => {
      const runs = runsOf(picture);
      expect(runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index))).toEqual([
        ...Array(picture.durationInFrames).keys(),
      ]);
      for (const { from, to } of runs)
        for (let frame = from + 1; frame < to; frame++) expect(look(picture, frame)).toBe(look(picture, from));
    }),
  );
});

test('A picture in which nothing moves is one run, and a held picture is one.', () => {
  const still = {
    kind: 'image',
    src: 'a.png',
    fit: 'cover',
    style: {},
    holdFrames: 0,
    motion: null,
    transition: null,
  } as const;
  const clip = { ...still, from: 0, durationInFrames: 100 };
  expect(runsOf({ ...emptyPicture(100), clips: [clip] })).toEqual([{ from: 0, to: 100 }]);
  const transition = { type: 'fade', from: 'left', durationInFrames: 3 } as const;
  expect(runsOf({ ...emptyPicture(100), clips: [{ ...clip, transition }] })).toHaveLength(4);
});

test('Runs are counted as they would be made.', () => {
  fc.assert(
    fc.property(aPicture, (picture) => {
      expect(countRuns(picture)).toBe(runsOf(picture).length);
    }),
  );
});

test('Runs of a film of a day with ten thousand moving clips are counted at once.', () => {
  const durationInFrames = 10_368_000;
  const clip = { kind: 'video', from: 0, durationInFrames, holdFrames: 0, style: {}, motion: null, transition: null };
  const picture = { ...emptyPicture(durationInFrames), clips: Array.from({ length: 10_000 }, () => clip) };
  expect(countRuns(picture as unknown as Picture)).toBe(durationInFrames);
});
