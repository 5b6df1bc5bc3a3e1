import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureAt, sourceSeconds, turnStart } from '../../remotion/source-time.ts';

test('A source plays from its trimmed beginning, at its rate.', () => {
  const source = { trimBefore: 30, playbackRate: 2, loopFrames: null };
  expect(sourceSeconds(source, 0, 30)).toBe(1);
  expect(sourceSeconds(source, 15, 30)).toBe(2);
});

test('A repeated source shows the same in every turn.', () => {
  const sources = fc.record({
    trimBefore: fc.nat(1000),
    playbackRate: fc.double({ min: 0.1, max: 10, noNaN: true }),
    loopFrames: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(sources, fc.nat(999), fc.nat(100), (source, frame, turns) => {
      const first = frame % source.loopFrames;
      const later = first + turns * source.loopFrames;
      expect(sourceSeconds(source, later, 29.97)).toBe(sourceSeconds(source, first, 29.97));
      expect(turnStart(source.loopFrames, later)).toBe(turns * source.loopFrames);
    }),
  );
});

test('Each picture stands for as long as it says, and the last one for ever.', () => {
  const durations = [100_000, 40_000, 200_000];
  const at = (...seconds: number[]): number[] => seconds.map((time) => pictureAt(durations, time));
  expect(at(0, 0.099, 0.1, 0.139, 0.14, 0.339, 0.34, 1e6)).toEqual([0, 0, 1, 1, 2, 2, 2, 2]);
});

test('Pictures as long as the film’s frames come one a frame, whatever the rounding.', () => {
  for (const fps of [24, 25, 29.97, 30, 50, 60]) {
    const durations = Array.from(
      { length: 500 },
      (_, n) => Math.round((1e6 * (n + 1)) / fps) - Math.round((1e6 * n) / fps),
    );
    const source = { trimBefore: 0, playbackRate: 1, loopFrames: null };
    const shown = durations.map((_, frame) => pictureAt(durations, sourceSeconds(source, frame, fps)));
    expect(shown).toEqual(durations.map((_, frame) => frame));
  }
});
