import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactRate, sampleAt } from '../../../../src/drivers/remotion/sound/sample-clock.ts';

test.each([
  [23.976, 24],
  [23.98, 24],
  [29.97, 30],
  [30_000 / 1001, 30],
  [59.94, 60],
  [119.88, 120],
])('%d frames a second means 1000/1001 of %d.', (fps, whole) => {
  expect(exactRate(fps)).toEqual({ over: whole * 1000, under: 1001 });
});

test.each([1, 12.5, 24, 25, 29.5, 30, 60])('%d frames a second is what it says.', (fps) => {
  expect(exactRate(fps)).toEqual({ over: fps, under: 1 });
});

test('An hour of 29.97 fps ends at the sample where its picture does.', () => {
  expect(sampleAt(107_892, 29.97)).toBe(Math.round((107_892 * 1001 * 48) / 30));
  expect(sampleAt(107_892, 29.97)).toBe(172_799_827);
});

test('Frames put one after the other leave neither a gap nor an overlap, however many they are.', () => {
  fc.assert(
    fc.property(fc.constantFrom(23.976, 25, 29.97, 30, 50, 59.94), fc.nat(1_000_000), (fps, frame) => {
      const length = sampleAt(frame + 1, fps) - sampleAt(frame, fps);
      expect(Math.abs(length - sampleAt(1, fps))).toBeLessThanOrEqual(1);
    }),
  );
});
