import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priorityKey } from '../../src/temporal/priority.ts';

const priority = fc.integer({ min: 0, max: 100 });

test('With 101 levels every priority has a key of its own', () => {
  expect([0, 50, 100].map((p) => priorityKey(p, 101))).toEqual([101, 51, 1]);
});

test('A higher priority never gets a later key, whatever the number of levels', () => {
  fc.assert(
    fc.property(priority, priority, fc.integer({ min: 2, max: 101 }), (a, b, levels) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(priorityKey(high, levels)).toBeLessThanOrEqual(priorityKey(low, levels));
    }),
  );
});

test('Every key is one of the levels, and both ends are used', () => {
  fc.assert(
    fc.property(priority, fc.integer({ min: 2, max: 101 }), (p, levels) => {
      expect(priorityKey(p, levels)).toBeGreaterThanOrEqual(1);
      expect(priorityKey(p, levels)).toBeLessThanOrEqual(levels);
      expect([priorityKey(100, levels), priorityKey(0, levels)]).toEqual([1, levels]);
    }),
  );
});
