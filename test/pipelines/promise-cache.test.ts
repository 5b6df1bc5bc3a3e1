import { expect, test, vi } from 'vitest';
import { createPromiseCache } from '../../src/pipelines/promise-cache.ts';

test('A loaded value is not loaded again, even for many requests at once', async () => {
  const load = vi.fn<() => Promise<number>>().mockResolvedValue(1);
  const remember = createPromiseCache(2);
  expect(await Promise.all([remember('a', load), remember('a', load)])).toEqual([1, 1]);
  expect(load).toHaveBeenCalledTimes(1);
});

test('A failed load is repeated', async () => {
  const load = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue(1);
  const remember = createPromiseCache(2);
  await expect(remember('a', load)).rejects.toThrow('away');
  expect(await remember('a', load)).toBe(1);
});

test('The oldest value is dropped when there are too many', async () => {
  const load = vi.fn<() => Promise<number>>().mockResolvedValue(1);
  const remember = createPromiseCache(2);
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await remember(key, load);
  expect(load).toHaveBeenCalledTimes(4);
});
