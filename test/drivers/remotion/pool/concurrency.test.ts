import { expect, test } from 'vitest';
import { defaultConcurrency } from '../../../../src/drivers/remotion/pool/concurrency.ts';

const GIGABYTE = 1024 ** 3;

test('As many tabs as cores, two for each 4 GB, and always one.', () => {
  expect(defaultConcurrency(2, 24 * GIGABYTE)).toBe(2);
  expect(defaultConcurrency(16, 8 * GIGABYTE)).toBe(4);
  expect(defaultConcurrency(8, 1 * GIGABYTE)).toBe(1);
});
