import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLargeWrites } from '../../src/tasks/large-writes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A write that takes so many ms and notes when it began. */
const writeOf = (began: number[], ms: number) => async () => {
  began.push(performance.now());
  await new Promise((resolve) => void setTimeout(resolve, ms));
  return 'written';
};

test('Large inputs are written one after another, each after a pause twice as long as the write took', async () => {
  const [inTurn, began] = [createLargeWrites({ mostWaitMs: 15_000 }), [] as number[]];
  const from = performance.now();
  const all = [30, 50, 10].map((ms) => inTurn('a', writeOf(began, ms)));
  await vi.runAllTimersAsync();
  expect(await Promise.all(all)).toEqual(['written', 'written', 'written']);
  expect(began.map((ms) => ms - from)).toEqual([0, 90, 240]);
});

test('A write that fails throws what it threw, and the next one has its turn', async () => {
  const inTurn = createLargeWrites({ mostWaitMs: 15_000 });
  const told = Promise.allSettled([
    inTurn('a', () => Promise.reject(new Error('away'))),
    inTurn('a', () => Promise.resolve('next')),
  ]);
  await vi.runAllTimersAsync();
  expect(await told).toMatchObject([{ reason: { message: 'away' } }, { value: 'next' }]);
});

test('A task that waited too long is refused as busy, without a write, when its turn comes', async () => {
  const [inTurn, began] = [createLargeWrites({ mostWaitMs: 1000 }), [] as number[]];
  const told = Promise.allSettled([5000, 1, 1].map((ms) => inTurn('a', writeOf(began, ms))));
  await vi.advanceTimersByTimeAsync(5500);
  expect(await told).toMatchObject([{ value: 'written' }, { reason: { code: 'busy' } }, { reason: { code: 'busy' } }]);
  expect(began).toHaveLength(1);
});
