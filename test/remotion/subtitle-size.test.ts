import { expect, test } from 'vitest';
import { typeSize } from '../../remotion/subtitle-size.ts';

const FRAME = { width: 1080, height: 1920 };
const STYLE = { style: 'plain', fontSize: null, marginX: 76, marginY: 150 } as const;

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
  expect(typeSize('a'.repeat(600), FRAME, { ...STYLE, fontSize: 120 }, 2)).toBe(120);
});

test('Margins wider than the frame leave type, however small.', () => {
  expect(typeSize('Hello', { width: 64, height: 64 }, STYLE, 1)).toBe(4);
});

test('Many lines, many subtitles at once and lines on boxes get type that fits between the margins.', () => {
  const small = { width: 320, height: 240 };
  const style = { ...STYLE, marginX: 22, marginY: 19 };
  const room = small.height - 2 * style.marginY;
  const lines = Array.from({ length: 30 }, (_, at) => `Z${at}`).join('\n');
  expect(30 * 1.25 * typeSize(lines, small, style, 1)).toBeLessThanOrEqual(room);
  expect(1.25 * typeSize('line', small, style, 20)).toBeLessThanOrEqual(room / 20);
  const long = 'Wort '.repeat(150);
  expect(typeSize(long, small, { ...style, style: 'box' }, 1)).toBeLessThanOrEqual(typeSize(long, small, style, 1));
});

test.each([1, 2, 3, 40, 200, 1000, 5000])(
  'Type for %d letters never takes more than the frame has room.',
  (letters) => {
    for (const [letter, width] of [
      ['a', 0.6],
      ['W', 1],
      ['字', 1],
      ['a ', 0.5],
    ] as const)
      for (const style of ['plain', 'box'] as const) {
        const size = typeSize(letter.repeat(letters), FRAME, { ...STYLE, style }, 1);
        const perRow = Math.floor((FRAME.width - 2 * STYLE.marginX) / (size * width));
        const height = Math.ceil((letters * letter.length) / perRow) * size * (style === 'box' ? 1.5 : 1.25);
        expect(height).toBeLessThanOrEqual(FRAME.height - 2 * STYLE.marginY);
      }
  },
);
