import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forecast, remainingSeconds, usualSeconds } from '../../src/status/run-estimate.ts';

test('The usual duration is the middle half of the runs, or a wide guess while few are known', () => {
  expect(usualSeconds([])).toBeNull();
  expect(usualSeconds([10])).toEqual({ min: 5, max: 20 });
  expect(usualSeconds([1, 100, 2, 3, 4])).toEqual({ min: 2, max: 4 });
});

test('The remaining time of a run follows its own pace and its kind', () => {
  const usual = { min: 10, max: 20 };
  expect(remainingSeconds(usual, 4, 0)).toEqual({ min: 6, max: 16 });
  expect(remainingSeconds(usual, 30, 0)).toEqual({ min: 0, max: 0 });
  expect(remainingSeconds(usual, 30, 0.5)).toEqual({ min: 0, max: 30 });
  expect(remainingSeconds(null, 30, 0.5)).toEqual({ min: 30, max: 30 });
  expect(remainingSeconds(null, 30, 0)).toBeNull();
});

const range = fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.double({ min: 0, max: 1000, noNaN: true }));
const ranges = fc.array(
  range.map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
  { maxLength: 20 },
);

test('With one slot a task starts when all before it are done', () => {
  fc.assert(
    fc.property(ranges, (runs) => {
      const { starts, end } = forecast([{ min: 1, max: 2 }], runs);
      let [min, max] = [1, 2];
      for (const [index, run] of runs.entries()) {
        expect(starts[index]?.min).toBeCloseTo(min);
        expect(starts[index]?.max).toBeCloseTo(max);
        min += run.min;
        max += run.max;
      }
      expect(end?.max).toBeCloseTo(max);
    }),
  );
});

test('More slots never make anyone wait longer, and a good case never takes longer than a bad one', () => {
  const free = { min: 0, max: 0 };
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 4 }), (runs, slots) => {
      const few = forecast(
        Array.from({ length: slots }, () => free),
        runs,
      );
      const more = forecast(
        Array.from({ length: slots + 1 }, () => free),
        runs,
      );
      for (const [index, start] of few.starts.entries()) {
        expect(more.starts[index]?.max).toBeLessThanOrEqual((start?.max ?? 0) + 1e-6);
        expect(start?.min).toBeLessThanOrEqual(start?.max ?? 0);
      }
    }),
  );
});

test('No time is given after a task of unknown length, with an unknown rest, or without a worker', () => {
  const [known, free] = [
    { min: 1, max: 2 },
    { min: 0, max: 0 },
  ];
  expect(forecast([free], [known, null, known])).toEqual({ starts: [free, known, null], end: null });
  expect(forecast([null], [known])).toEqual({ starts: [null], end: null });
  expect(forecast([], [known])).toEqual({ starts: [null], end: null });
});
