import { describe, expect, test, vi } from 'vitest';
import { rememberFailure } from '../../src/host/remember-failure.ts';
import { allOrAbort } from '../../src/local/stack/all-or-abort.ts';
import { firstAvailable } from '../../src/host/first-available.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const closed = (reason: string) => () => Promise.reject(new Error(reason));

describe('The ways to get a part', () => {
  test('are tried in order, and none after the first that works', async () => {
    const third = vi.fn(() => Promise.resolve('third'));
    const ways = [
      { name: 'one', get: closed('no') },
      { name: 'two', get: () => Promise.resolve('second') },
      { name: 'three', get: third },
    ];
    expect(await firstAvailable('thing', ways, [])).toBe('second');
    expect(third).not.toHaveBeenCalled();
  });

  test('end in one message, if all fail, with the reasons and the remedies', async () => {
    const ways = [
      { name: 'PATH', get: closed('not there') },
      { name: 'download', get: closed('no network') },
    ];
    await expect(firstAvailable('A Redis server', ways, ['install it'])).rejects.toThrow(
      [
        'A Redis server was not found. Tried in this order:',
        '  - PATH: not there',
        '  - download: no network',
        'To fix this:',
        '  - install it',
      ].join('\n'),
    );
  });
});

describe('A costly attempt', () => {
  const day = (n: number) => () => new Date(2026, 0, n, 12);

  test('that failed is not repeated within a day, and its reason is reported again', async () => {
    const folder = await scratchFolder();
    const attempt = vi.fn(closed('no route'));
    await expect(rememberFailure({ folder, name: 'x', now: day(1) }, attempt)).rejects.toThrow('no route');
    await expect(rememberFailure({ folder, name: 'x', now: day(1) }, attempt)).rejects.toThrow(/no route \(tried at/);
    expect(attempt).toHaveBeenCalledTimes(1);
    await expect(rememberFailure({ folder, name: 'x', now: day(3) }, () => Promise.resolve('here'))).resolves.toBe(
      'here',
    );
    await expect(rememberFailure({ folder, name: 'x', now: day(3) }, attempt)).rejects.toThrow('no route');
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  test('that the user aborted does not count as failed', async () => {
    const folder = await scratchFolder();
    const attempt = vi.fn(closed('aborted'));
    const options = { folder, name: 'x', signal: AbortSignal.abort() };
    await expect(rememberFailure(options, attempt)).rejects.toThrow('aborted');
    await expect(rememberFailure(options, attempt)).rejects.toThrow('aborted');
    expect(attempt).toHaveBeenCalledTimes(2);
  });
});

describe('Steps taken together', () => {
  test('give their values in order', async () => {
    expect(await allOrAbort([async () => 1, async () => 'two'], undefined)).toEqual([1, 'two']);
  });

  test('are aborted when one of them fails, and have all ended before its error is thrown', async () => {
    let ended = false;
    const patient = (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(new Error('aborted'));
        });
      });
    await expect(allOrAbort([patient, closed('first')], undefined)).rejects.toThrow('first');
    expect(ended).toBe(true);
  });
});
