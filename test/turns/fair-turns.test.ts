import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFairTurns } from '../../src/turns/fair-turns.ts';

/** Turns whose work ends when the test says so. */
function rig(options: Parameters<typeof createFairTurns>[0]) {
  const inTurn = createFairTurns(options);
  const began: string[] = [];
  const refused: string[] = [];
  const running: (() => void)[] = [];
  const all: Promise<void>[] = [];
  const ask = (client: string): void => {
    const work = () =>
      new Promise<void>((end) => {
        began.push(client);
        running.push(end);
      });
    const asked = inTurn(client, work).catch((error: { code: string }) => void refused.push(`${client} ${error.code}`));
    all.push(asked);
  };
  const settle = () => new Promise(setImmediate);
  const endOne = async (): Promise<void> => {
    running.shift()?.();
    await settle();
  };
  return { ask, began, refused, running, endOne, settle, all };
}

test('Clients take turns, whoever has the most work', async () => {
  const { ask, began, running, endOne } = rig({ atOnce: 1 });
  for (const client of ['a', 'a', 'a', 'a', 'b', 'c', 'c']) ask(client);
  while (running.length > 0) await endOne();
  expect(began).toEqual(['a', 'a', 'b', 'c', 'a', 'c', 'a']);
});

test('Where too much waits, the client with the most is refused', async () => {
  const { ask, refused, settle } = rig({ atOnce: 1, mostWaiting: 3 });
  for (const client of ['a', 'a', 'a', 'a', 'a']) ask(client);
  await settle();
  expect(refused).toEqual(['a busy']);
  for (const client of ['b', 'b', 'c']) ask(client);
  await settle();
  // Of a, b and c one each is left.
  expect(refused.toSorted()).toEqual(['a busy', 'a busy', 'a busy', 'b busy']);
});

test('Work that fails gives its turn to the next', async () => {
  const inTurn = createFairTurns({ atOnce: 1 });
  const told = await Promise.allSettled([
    inTurn('a', () => Promise.reject(new Error('away'))),
    inTurn('a', () => Promise.resolve('next')),
  ]);
  expect(told).toMatchObject([{ reason: { message: 'away' } }, { value: 'next' }]);
});

test('Whoever asks, no more is done at once or waits than may, and all that is not refused is done', async () => {
  const asks = fc.array(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }), { maxLength: 60 });
  const options = fc.record({ atOnce: fc.integer({ min: 1, max: 3 }), mostWaiting: fc.integer({ min: 0, max: 5 }) });
  await fc.assert(
    fc.asyncProperty(asks, options, async (moves, limits) => {
      const { ask, began, refused, running, endOne, settle, all } = rig(limits);
      // Null ends some work.
      for (const client of moves) {
        if (client === null) await endOne();
        else ask(client);
        await settle();
        expect(running.length).toBeLessThanOrEqual(limits.atOnce);
        expect(all.length - began.length - refused.length).toBeLessThanOrEqual(limits.mostWaiting);
      }
      while (running.length > 0) await endOne();
      await Promise.all(all);
      expect(began.length + refused.length).toBe(all.length);
    }),
  );
});
