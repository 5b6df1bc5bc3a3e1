import { expect, test } from 'vitest';
import { typeSize } from '../../remotion/subtitle-size.ts';

test('Type is 6 % of the shorter side, upright or lying.', () => {
  expect(typeSize('Hello', { width: 1080, height: 1920 })).toBeCloseTo(64.8);
  expect(typeSize('Hello', { width: 1920, height: 1080 })).toBeCloseTo(64.8);
});

test('A text too long for its place gets smaller type, ideographs sooner than letters.', () => {
  const frame = { width: 1080, height: 1920 };
  const latin = typeSize('a'.repeat(600), frame);
  const chinese = typeSize('世'.repeat(600), frame);
  expect(latin).toBeLessThan(64);
  expect(chinese).toBeLessThan(latin);
  expect(typeSize('a'.repeat(1_000_000), frame)).toBeGreaterThanOrEqual(4);
});
