import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { expect, test, vi } from 'vitest';
import { newClock, startClock, usedMs, watchClock } from '../../src/checking/thread-clock.ts';

const onLinux = process.platform === 'linux';

/** Uses this thread for so long. */
function work(ms: number): void {
  const clock = newClock();
  startClock(clock);
  while ((usedMs(clock) ?? Infinity) < ms);
}

test.runIf(onLinux)('A clock counts what its thread used, not what passed', async () => {
  const clock = newClock();
  startClock(clock);
  work(50);
  expect(usedMs(clock)).toBeGreaterThanOrEqual(50);
});

test.runIf(onLinux)('Who waits is given more time; who works is not', async () => {
  const clock = newClock();
  startClock(clock);
  const onLate = vi.fn();
  const end = watchClock(clock, { cpuMs: 100, mostMs: 100_000 }, onLate);
  await new Promise((resolve) => setTimeout(resolve, 110));
  expect(onLate).not.toHaveBeenCalled();
  work(100);
  await vi.waitFor(() => expect(onLate).toHaveBeenCalledOnce(), 20_000);
  end();
});

test('Who never gets a processor is starved, and did not use too much', async () => {
  const onLate = vi.fn();
  const end = watchClock(newClock(), { cpuMs: 1, mostMs: 2 }, onLate);
  await vi.waitFor(() => expect(onLate.mock.calls).toEqual([['starved']]), 20_000);
  end();
});

test('If the processor time of a thread is unknown, elapsed time ends it', async () => {
  const clock = newClock();
  const readlink = vi.spyOn(fs, 'readlinkSync').mockImplementation(() => {
    throw new Error('ENOENT');
  });
  syncBuiltinESMExports();
  try {
    startClock(clock);
  } finally {
    readlink.mockRestore();
    syncBuiltinESMExports();
  }
  const onLate = vi.fn();
  const end = watchClock(clock, { cpuMs: 1, mostMs: 2 }, onLate);
  await vi.waitFor(() => expect(onLate.mock.calls).toEqual([['used']]), 20_000);
  end();
});
