import { expect, test } from 'vitest';
import { typeSize } from '../../remotion/subtitle-size.ts';

const FRAME = { width: 1080, height: 1920 };
const STYLE = { fontSize: null, marginX: 76 };

test('Type is 6 % of the shorter side, upright or lying.', () => {
  expect(typeSize('Hello', FRAME, STYLE, 1)).toBe(65);
  expect(typeSize('Hello', { width: 1920, height: 1080 }, STYLE, 1)).toBe(65);
});

test('A text too long for its place gets smaller type, ideographs sooner than letters.', () => {
  const latin = typeSize('a'.repeat(600), FRAME, STYLE, 1);
  const chinese = typeSize('世'.repeat(600), FRAME, STYLE, 1);
  expect(latin).toBeLessThan(64);
  expect(chinese).toBeLessThan(latin);
  expect(typeSize('a'.repeat(1_000_000), FRAME, STYLE, 1)).toBeGreaterThanOrEqual(4);
});

test('Long texts shown together share the room; short ones have enough of it.', () => {
  const long = 'a'.repeat(600);
  expect(typeSize(long, FRAME, STYLE, 3)).toBeLessThan(typeSize(long, FRAME, STYLE, 1));
  expect(typeSize('Hello', FRAME, STYLE, 3)).toBe(65);
});

test('A size that the style gives is kept.', () => {
  expect(typeSize('a'.repeat(600), FRAME, { fontSize: 120, marginX: 76 }, 2)).toBe(120);
});

test('Margins wider than the frame leave type, however small.', () => {
  expect(typeSize('Hello', { width: 64, height: 64 }, STYLE, 1)).toBe(4);
});
