import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { unknownLength } from '../../src/film/clip-slots.ts';
import { placeInFilm } from '../../src/film/place-in-film.ts';

const placesOf = (fps: number, clips: object[]) => {
  const timeline = timelineSchema.parse({ fps, clips: clips.map((clip) => ({ color: 'red', ...clip })) });
  return placeInFilm({ clips: timeline.clips, fps, own: unknownLength, length: undefined, tail: 0, othersEnd: 0 });
};

test('40 clips of 2.51 s that follow each other last 100.4 s.', () => {
  const { end } = placesOf(
    25,
    Array.from({ length: 40 }, () => ({ durationSec: 2.51 })),
  );
  expect(end).toBe(2510);
});

test('A start and a length in seconds end where their sum is, not where two rounded ones are.', () => {
  // 25.4 + 25.4 frames.
  expect(placesOf(25, [{ startSec: 1.016, durationSec: 1.016 }]).places).toEqual([{ start: 25, length: 26 }]);
});

test('In any row of clips no start or end is more than half a frame off, and there are no gaps.', () => {
  const lengths = fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 1, maxLength: 60 });
  const rates = fc.constantFrom(23.976, 24, 25, 29.97, 30, 50, 60);
  fc.assert(
    fc.property(lengths, rates, fc.integer({ min: 0, max: 5000 }), (all, fps, first) => {
      const clips = all.map((durationMs, index) => ({ durationMs, ...(index === 0 ? { startMs: first } : {}) }));
      const { places } = placesOf(fps, clips);
      let exact = (first / 1000) * fps;
      for (const [index, { start = -1, length = -1 }] of places.entries()) {
        expect(Math.abs(start - exact)).toBeLessThanOrEqual(0.5 + 1e-6);
        exact += ((all[index] ?? 0) / 1000) * fps;
        expect(Math.abs(start + length - exact)).toBeLessThanOrEqual(0.5 + 1e-6);
        if (index > 0) expect(start).toBe((places[index - 1]?.start ?? 0) + (places[index - 1]?.length ?? 0));
      }
    }),
  );
});
