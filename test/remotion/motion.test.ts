import fc from 'fast-check';
import { expect, test } from 'vitest';
import { motionTransform, placeAt } from '../../remotion/motion.ts';
import type { Motion } from '../../src/film/film.ts';

const motions: fc.Arbitrary<Motion> = fc.record({
  type: fc.constantFrom('zoom-in', 'zoom-out', 'pan-left', 'pan-right', 'pan-up', 'pan-down'),
  amount: fc.double({ min: 0.001, max: 4, noNaN: true }),
});
const lengths = fc.integer({ min: 1, max: 100_000 });

test('A picture without motion needs no transform.', () => {
  expect(motionTransform(null, 7, 30)).toBeUndefined();
});

test('Zooming in grows from the whole picture, zooming out ends with it.', () => {
  const scale = (type: Motion['type'], frame: number): number => placeAt({ type, amount: 0.15 }, frame, 30).scale;
  expect([scale('zoom-in', 0), scale('zoom-in', 29)]).toEqual([1, 1.15]);
  expect([scale('zoom-out', 0), scale('zoom-out', 29)]).toEqual([1.15, 1]);
});

test('A pan moves the view to the side that it is named for, and so the picture to the other.', () => {
  const moved = (type: Motion['type']): [number, number] => {
    const [first, last] = [0, 29].map((frame) => placeAt({ type, amount: 0.2 }, frame, 30));
    return [(last?.x ?? 0) - (first?.x ?? 0), (last?.y ?? 0) - (first?.y ?? 0)];
  };
  expect(moved('pan-left')).toEqual([0.2, 0]);
  expect(moved('pan-right')).toEqual([-0.2, 0]);
  expect(moved('pan-up')).toEqual([0, 0.2]);
  expect(moved('pan-down')).toEqual([0, -0.2]);
});

test('No frame, inside or outside the clip, shows an edge or more than the largest zoom.', () => {
  fc.assert(
    fc.property(motions, fc.integer(), lengths, (motion, frame, length) => {
      const { scale, x, y } = placeAt(motion, frame, length);
      expect(scale).toBeGreaterThanOrEqual(1);
      expect(scale).toBeLessThanOrEqual(1 + motion.amount);
      const room = (scale - 1) / 2 + 1e-9;
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(room);
    }),
  );
});

test('A clip that is held on rests where its motion ended.', () => {
  fc.assert(
    fc.property(motions, lengths, fc.nat(), (motion, length, held) => {
      expect(placeAt(motion, length + held, length)).toEqual(placeAt(motion, length - 1, length));
    }),
  );
});
