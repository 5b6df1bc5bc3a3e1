import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFairMutex } from '../../workflows-temporal/fair-mutex.ts';

/** Work that waits before a turnstile, in the order of arrival; what comes later arrives while another piece is under way. */
async function orderOf(
  order: Parameters<typeof createFairMutex>[0],
  arrivals: readonly string[],
  later: Readonly<Record<string, readonly string[]>> = {},
): Promise<string[]> {
  const takeTurn = createFairMutex(order);
  const done: string[] = [];
  let inside = 0;
  const pass = (piece: string): Promise<void> =>
    takeTurn(piece.charAt(0), async () => {
      expect(++inside).toBe(1);
      const others = (later[piece] ?? []).map(pass);
      await Promise.resolve();
      inside--;
      done.push(piece);
      ends.push(...others);
    });
  const ends = arrivals.map(pass);
  for (let at = 0; at < ends.length; at++) await ends[at];
  return done;
}

test('A step that becomes ready while many items are started is next, and the items go on in their order', async () => {
  const many = ['a0', 'a1', 'a2', 'a3', 'a4'];
  const ready = { a1: ['b0'], a2: ['c0', 'c1'] };
  expect(await orderOf('smallest group', many, ready)).toEqual(['a0', 'a1', 'b0', 'a2', 'a3', 'a4', 'c0', 'c1']);
  expect(await orderOf('first come', many, ready)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'c0', 'c1']);
});

test('Work that fails stands in nobody’s way', async () => {
  const takeTurn = createFairMutex('smallest group');
  const [failed, other] = await Promise.allSettled([
    takeTurn('a', () => Promise.reject(new Error('broken'))),
    takeTurn('b', () => Promise.resolve('done')),
  ]);
  expect([failed.status, other]).toEqual(['rejected', { status: 'fulfilled', value: 'done' }]);
});

test('Whatever waits, everything goes through once, one at a time, and each line in its order', async () => {
  const arrivals = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(arrivals, async (lines) => {
      const pieces = lines.map((line, index) => `${line}${index}`);
      const done = await orderOf('smallest group', pieces);
      expect(done.toSorted()).toEqual(pieces.toSorted());
      for (const line of ['a', 'b', 'c', 'd'])
        expect(done.filter((piece) => piece.startsWith(line))).toEqual(
          pieces.filter((piece) => piece.startsWith(line)),
        );
    }),
  );
});
