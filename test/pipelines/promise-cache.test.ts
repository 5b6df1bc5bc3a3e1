import { expect, test, vi } from 'vitest';
import { createPromiseCache } from '../../src/pipelines/promise-cache.ts';

test('What was loaded is not loaded again, however many ask at once', async () => {
  const load = vi.fn<() => Promise<number>>().mockResolvedValue(1);
  const remember = createPromiseCache(2);
  expect(await Promise.all([remember('a', load), remember('a', load)])).toEqual([1, 1]);
  expect(load).toHaveBeenCalledTimes(1);
});

test('What failed to load is loaded again', async () => {
  const load = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue(1);
  const remember = createPromiseCache(2);
  await expect(remember('a', load)).rejects.toThrow('away');
  expect(await remember('a', load)).toBe(1);
});

test('The oldest is forgotten when there is too much', async () => {
  const load = vi.fn<() => Promise<number>>().mockResolvedValue(1);
  const remember = createPromiseCache(2);
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await remember(key, load);
  expect(load).toHaveBeenCalledTimes(4);
});
