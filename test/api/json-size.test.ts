import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonSize } from '../../src/api/json-size.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const levelsOf = (value: unknown): number =>
  isObject(value) ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0;
const valuesOf = (value: unknown): number =>
  1 + (isObject(value) ? Object.values(value).reduce((sum: number, one) => sum + valuesOf(one), 0) : 0);

test('The measured depth of JSON is exact, and the counted values are never too few', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(undefined, 2), (value, indent) => {
      const size = jsonSize(JSON.stringify(value, null, indent));
      expect(size.levels).toBe(levelsOf(value));
      expect(size.values).toBeGreaterThanOrEqual(valuesOf(value));
      expect(size.values).toBeLessThanOrEqual(2 * valuesOf(value));
    }),
  );
});

test.each([
  ['"[[[,,,"', 0, 1],
  [String.raw`"\\"[[`, 2, 3],
  [String.raw`"\"[["`, 0, 1],
  ['{"a":[1,2,{"b":","}]}', 3, 6],
  ['', 0, 1],
  ['"[', 0, 1],
  [']]]][', 0, 2],
])('%s has %i levels and at most %i values', (text, levels, values) => {
  expect(jsonSize(text)).toEqual({ levels, values });
});
