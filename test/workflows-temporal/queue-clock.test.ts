import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createQueueClock } from '../../workflows-temporal/queue-clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test('A task without a limit has no time left to tell of, and its wait is measured all the same', () => {
  const clock = createQueueClock(undefined, 0);
  vi.advanceTimersByTime(5000);
  expect([clock.left(), clock.waited()]).toEqual([undefined, 5000]);
});

test('The clock stands still while the task runs, and goes on when it waits again', () => {
  const clock = createQueueClock(10, 0);
  vi.advanceTimersByTime(3000);
  clock.stop();
  vi.advanceTimersByTime(60_000);
  expect(clock.left()).toBe(7000);
  clock.start();
  clock.start();
  vi.advanceTimersByTime(6000);
  expect(clock.left()).toBe(1000);
  vi.advanceTimersByTime(6000);
  expect(clock.left()).toBe(0);
});

test('What earlier histories waited counts', () => {
  const clock = createQueueClock(10, 9000);
  vi.advanceTimersByTime(500);
  expect(clock.left()).toBe(500);
});
