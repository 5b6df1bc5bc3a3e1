import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeSounds, stretchesOf, turnOf } from '../../../../src/drivers/remotion/sound/placed-sound.ts';
import type { Sound } from '../../../../src/film/film.ts';
import { soundOf } from './sounds.ts';

const FRAME = 1600;

function place(changes: Partial<Sound>, durationInFrames = 300) {
  const [placed] = placeSounds({ fps: 30, durationInFrames, sounds: [soundOf(changes)] });
  if (placed === undefined) throw new Error('nothing can be heard');
  return placed;
}

test('A sound ends with the film, but its fade-out leads to where it would end.', () => {
  expect(place({ from: 10, durationInFrames: 100 }, 60)).toMatchObject({ from: 16_000, to: 96_000, end: 176_000 });
});

test.each([{ volume: 0 }, { from: 300 }, { durationInFrames: 0 }])('With %o there is nothing to hear.', (changes) => {
  expect(placeSounds({ fps: 30, durationInFrames: 300, sounds: [soundOf(changes)] })).toEqual([]);
});

test('Trims count before the playback rate: a trimmed second at double speed is half a second played.', () => {
  expect(place({ trimBefore: 30, playbackRate: 2 }).skip).toBe(24_000);
});

describe('A loop', () => {
  const second = { loopFrames: 30 };

  test('of a clip takes exactly as long as that of its picture, whatever its file holds.', () => {
    for (const available of [40_000, 48_000, 48_500, 90_000])
      expect(turnOf(place(second), available, FRAME)).toBe(48_000);
  });

  test.each([
    ['a little shorter than said', 47_000],
    ['a part of a frame longer than said', 49_599],
  ])('of music whose file is %s is the whole file.', (_, available) => {
    expect(turnOf(place({ ...second, role: 'music' }), available, FRAME)).toBe(available);
  });

  test('of music that was shortened by more than a frame is as given.', () => {
    expect(turnOf(place({ ...second, role: 'music' }), 49_601, FRAME)).toBe(48_000);
  });

  test('of nothing does not repeat for ever.', () => {
    expect(turnOf(place({ loopFrames: 0 }), 48_000, FRAME)).toBeNull();
    expect(turnOf(place({ ...second, role: 'music' }), 0, FRAME)).toBeNull();
  });

  test('may be a fraction of a frame.', () => {
    expect(place({ loopFrames: 30.5 }).loop).toBe(48_800);
  });
});

test('However a film is cut into blocks, every sample of a loop is the one that a simple count gives.', () => {
  const cases = fc.record({
    from: fc.nat(50),
    trimBefore: fc.nat(5),
    turn: fc.option(fc.integer({ min: 500, max: 90_000 })),
    cuts: fc.uniqueArray(fc.nat(160_000), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(cases, ({ from, trimBefore, turn, cuts }) => {
      const placed = place({ from, trimBefore, durationInFrames: 40 }, 100);
      const edges = [0, ...cuts.toSorted((a, b) => a - b), 160_000];
      let next = placed.from;
      for (const [index, start] of edges.slice(0, -1).entries())
        for (const { at, source, samples } of stretchesOf(placed, turn, start, edges[index + 1] ?? start)) {
          expect(at).toBe(next);
          const offset = at - placed.from;
          expect(source).toBe(placed.skip + (turn === null ? offset : offset % turn));
          if (turn !== null) expect(source - placed.skip + samples).toBeLessThanOrEqual(turn);
          next = at + samples;
        }
      expect(next).toBe(placed.to);
    }),
    { numRuns: 50 },
  );
});
