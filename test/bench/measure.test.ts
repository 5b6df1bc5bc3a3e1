import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countInversions, countSwaps, gaps, quantiles, type Ran } from './dispatch/measure.ts';

const ran = (taskId: string, priority: number, sent: number, began: number): Ran => ({
  taskId,
  priority,
  sent,
  accepted: sent + 1,
  began,
  ended: began + 5,
});

test('A task that ran before one of higher priority is an inversion', () => {
  expect(countInversions([ran('a', 10, 0, 1), ran('b', 90, 0, 2), ran('c', 90, 0, 3)])).toBe(1);
  expect(countInversions([ran('a', 90, 0, 1), ran('b', 10, 0, 2)])).toBe(0);
});

test('Tasks that ran by priority have no inversion, and any two of them the other way round have', () => {
  const priorities = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(priorities, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => b - a);
      const tasks = sorted.map((priority, index) => ran(String(index), priority, 0, index));
      expect(countInversions(tasks)).toBe(0);
      expect(countInversions(tasks.map((task) => ({ ...task, began: -task.began })))).toBe(sorted.length - 1);
    }),
  );
});

test('Equal tasks submitted long apart and run in reverse order are a late swap; others are not', () => {
  expect(countSwaps([ran('a', 50, 0, 2), ran('b', 50, 300, 1)])).toBe(1);
  expect(countSwaps([ran('a', 50, 0, 2), ran('b', 50, 200, 1)])).toBe(0);
  expect(countSwaps([ran('a', 50, 0, 2), ran('b', 60, 300, 1)])).toBe(0);
});

test('A gap lies between the end of one task and the start of the next', () => {
  expect(gaps([ran('b', 50, 0, 20), ran('a', 50, 0, 0), ran('c', 50, 0, 26)])).toEqual([15, 1]);
  expect(quantiles([5, 1, 2, 3, 4])).toEqual({ p50: 3, p95: 5, p99: 5 });
});
