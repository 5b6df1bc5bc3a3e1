import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { restBetweenCalls } from '../../src/temporal/rest-between-calls.ts';

let storage: AsyncLocalStorage<unknown>;
beforeEach(() => {
  storage = new AsyncLocalStorage();
  restBetweenCalls(storage);
});

/** Reads the store after as many turns of the event loop, between microtasks. */
async function readAfter(turns: number): Promise<unknown> {
  for (let left = turns; left > 0; left -= 1) await (left % 2 === 0 ? turn() : Promise.resolve());
  return storage.getStore();
}

test('However calls overlap and nest, each sees its own context, and nobody sees one afterwards', async () => {
  const call = fc.record({
    begins: fc.nat(6),
    turns: fc.nat(6),
    inner: fc.option(fc.nat(6), { nil: undefined }),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
      const seen = await Promise.all(
        calls.map(async ({ begins, turns, inner, fails }, index) => {
          await readAfter(begins);
          const found: unknown[] = [];
          const result = storage.run(index, async () => {
            if (inner !== undefined) found.push(await storage.run(`in ${index}`, () => readAfter(inner)));
            found.push(await readAfter(turns));
            if (fails) throw new Error('as wanted');
          });
          await result.catch(() => undefined);
          return found;
        }),
      );
      expect(seen).toEqual(calls.map(({ inner }, index) => (inner === undefined ? [index] : [`in ${index}`, index])));
      expect(storage.getStore()).toBeUndefined();
    }),
  );
});

test('The storage is disabled after the last call, whether it returns, throws or rejects', async () => {
  const disable = vi.spyOn(storage, 'disable');
  expect(storage.run('a', (add: number) => add + 1, 1)).toBe(2);
  expect(disable).toHaveBeenCalledTimes(1);
  expect(() =>
    storage.run('a', () => {
      throw new Error('as wanted');
    }),
  ).toThrow('as wanted');
  expect(disable).toHaveBeenCalledTimes(2);
  const slow = storage.run('slow', () => turn());
  await storage.run('quick', () => Promise.reject(new Error('as wanted'))).catch(() => undefined);
  expect(disable).toHaveBeenCalledTimes(2);
  await slow;
  await Promise.resolve();
  expect(disable).toHaveBeenCalledTimes(3);
});
