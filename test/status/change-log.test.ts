import type { Redis } from 'ioredis';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChangeLog, isUpTo, MOST_REPLAYED } from '../../src/status/change-log.ts';
import { CHANGE_LOG_LENGTH } from '../../src/status/queue-keys.ts';

/** A Redis with a log of changes `from`-0 to `to`-0, of which only those before it were removed. */
function redisWith(from: number, to: number): Redis {
  const all = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  const entry = (at: number): [string, string[]] => [`${at}-0`, ['task', `task ${at}`]];
  return {
    xlen: () => Promise.resolve(all.length),
    xrevrange: () => Promise.resolve(all.slice(-1).map(entry)),
    xrange: (_key: string, start: string, _end: string, _count: string, most: number) => {
      const after = start === '-' ? -1 : Number(start.slice(1).split('-')[0]);
      return Promise.resolve(
        all
          .filter((at) => at > after)
          .slice(0, most)
          .map(entry),
      );
    },
  } as unknown as Redis;
}
const replayed = async (redis: Redis, id: string): Promise<string[] | null> =>
  (await createChangeLog(redis).since(id))?.map((change) => change.id) ?? null;

test('All changes after one that is still known are replayed', async () => {
  const log = redisWith(5, 9);
  expect(await replayed(log, '7-0')).toEqual(['8-0', '9-0']);
  expect(await replayed(log, '5-0')).toHaveLength(4);
  expect(await replayed(log, '9-0')).toEqual([]);
  expect(await createChangeLog(log).latest()).toBe('9-0');
});

test('A change that is no longer known, or not known yet, has no replay', async () => {
  const log = redisWith(5, 9);
  for (const id of ['4-0', '10-0', '', '7', 'x-y', `${'9'.repeat(21)}-0`]) expect(await replayed(log, id)).toBeNull();
});

test('A client that came before the first change misses nothing, while the log has all changes', async () => {
  expect(await createChangeLog(redisWith(1, 0)).latest()).toBe('0-0');
  expect(await replayed(redisWith(1, 0), '0-0')).toEqual([]);
  expect(await replayed(redisWith(1, 3), '0-0')).toHaveLength(3);
  expect(await replayed(redisWith(2, CHANGE_LOG_LENGTH + 1), '0-0')).toBeNull();
});

test('A client that missed too many changes lists its tasks again', async () => {
  expect(await replayed(redisWith(1, MOST_REPLAYED + 1), '1-0')).toHaveLength(MOST_REPLAYED);
  expect(await replayed(redisWith(1, MOST_REPLAYED + 2), '1-0')).toBeNull();
});

test('A Redis that does not answer is told as such', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('Connection is closed.'));
  const log = createChangeLog({ xlen: away, xrange: away, xrevrange: away } as unknown as Redis);
  await expect(log.latest()).rejects.toMatchObject({ code: 'events_unavailable' });
  await expect(log.since('1-0')).rejects.toMatchObject({ code: 'events_unavailable' });
});

test('Ids are ordered by both of their numbers', () => {
  const part = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      expect(isUpTo(`${a}-${b}`, `${c}-${d}`)).toBe(a < c || (a === c && b <= d));
    }),
  );
});
