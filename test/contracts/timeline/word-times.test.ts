import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTimes } from '../../../src/contracts/timeline/word-times.ts';

const line = { startFrame: 0, endFrame: 100 };
const word = (text: string, start?: number, end?: number) => ({ text, start, end });
const spans = (...words: ReturnType<typeof word>[]) =>
  fillTimes(words, line).map(({ text, startFrame, endFrame }) => `${text} ${startFrame}–${endFrame}`);

test('A word without times takes what is left between its neighbours.', () => {
  expect(spans(word('in', 0, 10), word('2014'), word('we', 30, 40))).toEqual(['in 0–10', '2014 10–30', 'we 30–40']);
});

test('Several words without times share it by their letters.', () => {
  expect(spans(word('a', 0, 10), word('bb'), word('cc'), word('d', 50, 60))).toEqual([
    'a 0–10',
    'bb 10–30',
    'cc 30–50',
    'd 50–60',
  ]);
});

test('At the line’s ends they reach to its first and its last frame.', () => {
  expect(spans(word('1'), word('b', 20, 30), word('2'))).toEqual(['1 0–20', 'b 20–30', '2 30–100']);
  expect(spans(word('x'), word('y'))).toEqual(['x 0–50', 'y 50–100']);
});

test('A word with a start or an end alone gets the other from its neighbour.', () => {
  expect(spans(word('a', 5), word('b', 20, 30), word('c', undefined, 60))).toEqual(['a 5–20', 'b 20–30', 'c 30–60']);
});

test('No word ends before it begins, none is lost, and known times stay.', () => {
  const time = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined });
  const words = fc.array(fc.record({ text: fc.string(), start: time, end: time }));
  fc.assert(
    fc.property(words, (given) => {
      const filled = fillTimes(given, line);
      expect(filled.map(({ text }) => text)).toEqual(given.map(({ text }) => text));
      for (const [at, { startFrame, endFrame }] of filled.entries()) {
        expect(endFrame).toBeGreaterThanOrEqual(startFrame);
        expect(Number.isInteger(startFrame)).toBe(true);
        const { start, end } = given[at] ?? {};
        if (start !== undefined) expect(startFrame).toBe(start);
        if (start !== undefined && end !== undefined && end >= start) expect(endFrame).toBe(end);
      }
    }),
  );
});
