import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choosePlan } from '../../../../src/drivers/remotion/chunks/choose-plan.ts';
import { partOf, partsOf } from '../../../../src/drivers/remotion/chunks/picture-part.ts';
import type { Picture } from '../../../../src/film/film.ts';
import { aPicture, emptyPicture } from '../../../helpers/picture-arbitrary.ts';

const settings = { bundle: 'b', browser: 'c', encoder: [], jpegQuality: 90, scale: 1 };
const options = { framesPerSecond: 1, children: 2, settings, contentOf: (src: string) => src };
const DAY = 10_368_000;
const longFilm = (clips: number): Picture =>
  ({
    ...emptyPicture(DAY),
    clips: Array.from({ length: clips }, () => ({
      kind: 'color',
      color: 'red',
      from: 0,
      durationInFrames: DAY,
      holdFrames: 0,
      style: {},
      motion: null,
      transition: null,
    })),
  }) as unknown as Picture;

test('The parts of a picture are the same, cut one by one or all together.', () => {
  fc.assert(
    fc.property(aPicture, fc.integer({ min: 1, max: 20 }), (picture, size) => {
      const frames = picture.durationInFrames;
      const ranges = Array.from({ length: Math.ceil(frames / size) }, (_, at) => ({
        from: at * size,
        to: Math.min(frames, (at + 1) * size),
      }));
      expect([...partsOf(picture, ranges)]).toEqual(ranges.map((range) => partOf(picture, range)));
    }),
  );
});

test('The plan for a film of a day covers it, and leaves others their turn.', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const plan = await choosePlan(
    longFilm(1),
    { ...options, framesPerSecond: 10, has: () => false },
    new AbortController().signal,
  );
  clearInterval(timer);
  expect(plan.reduce((sum, { frames }) => sum + frames, 0)).toBe(DAY);
  expect(turns).toBeGreaterThan(10);
});

test('A plan that is no longer wanted ends, however long its film is.', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('cancelled')), 50);
  await expect(choosePlan(longFilm(2000), { ...options, has: () => false }, stop.signal)).rejects.toThrow('cancelled');
});
