import { describe, expect, test, vi } from 'vitest';
import { createClientAdmission, createTotalAdmission } from '../../src/temporal/admission.ts';

function allowance(most: number | undefined, counts: (number | Error)[]) {
  let time = 0;
  const count = vi.fn((_client: string, _latest: readonly string[]) => {
    const next = counts.shift() ?? 0;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  const admit = createClientAdmission({ most, count, now: () => new Date(time) });
  const pass = (ms: number) => void (time += ms);
  let sent = 0;
  const codes = (clients: string[]) =>
    Promise.all(
      clients.map((client) =>
        admit(client, `task-${(sent += 1)}`).then(
          () => 'ok',
          (error: { code?: string }) => error.code,
        ),
      ),
    );
  return { count, pass, codes };
}

describe('A client', () => {
  test('may queue as many tasks as it is allowed, those sent at once among them, and no more', async () => {
    const { codes, count } = allowance(3, [1]);
    expect(await codes(['a', 'a', 'a', 'a'])).toEqual(['ok', 'ok', 'too_many_queued', 'too_many_queued']);
    expect(count).toHaveBeenCalledOnce();
  });

  test('is not stopped by what others have in the queue', async () => {
    const { codes } = allowance(1, [1, 0]);
    expect(await codes(['a', 'b'])).toEqual(['too_many_queued', 'ok']);
  });

  test('may submit again when its tasks have begun', async () => {
    const { codes, pass } = allowance(1, [1, 0]);
    expect(await codes(['a'])).toEqual(['too_many_queued']);
    pass(1000);
    expect(await codes(['a'])).toEqual(['ok']);
  });

  test('is counted with the tasks that were accepted just now, which the server may not have seen', async () => {
    const { codes, pass, count } = allowance(3, []);
    await codes(['a', 'a']);
    pass(1000);
    await codes(['b', 'a']);
    expect(count.mock.lastCall).toEqual(['a', ['task-1', 'task-2']]);
    pass(20_000);
    await codes(['a']);
    expect(count.mock.lastCall).toEqual(['a', []]);
  });

  test('may have a limit of its own, lower or higher than that of all', async () => {
    const admit = createClientAdmission({ most: 1, count: () => Promise.resolve(0), now: () => new Date(0) });
    const codes: unknown[] = [];
    for (const [client, most] of [['a', 2], ['a', 2], ['a', 2], ['b'], ['b']] as const)
      codes.push(await admit(client, `task-${codes.length}`, most).catch((error: { code: string }) => error.code));
    expect(codes).toEqual([undefined, undefined, 'too_many_queued', undefined, 'too_many_queued']);
  });

  test('may send the same task again, which counts once', async () => {
    const admit = createClientAdmission({ most: 1, count: () => Promise.resolve(0), now: () => new Date(0) });
    await admit('a', 'task');
    await expect(Promise.all([admit('a', 'task'), admit('a', 'task')])).resolves.toEqual([undefined, undefined]);
    await expect(admit('a', 'other')).rejects.toMatchObject({ code: 'too_many_queued' });
  });

  test('may not have more tasks run again than it may submit', async () => {
    const admit = createClientAdmission({ most: 2, count: () => Promise.resolve(0), now: () => new Date(0) });
    await admit('a', 'task');
    await admit('a', null);
    await expect(admit('a', null)).rejects.toMatchObject({ code: 'too_many_queued' });
    await expect(admit('a', 'task')).resolves.toBeUndefined();
  });

  test('is admitted if the count is unknown, and if there is no limit', async () => {
    expect(await allowance(1, [new Error('away')]).codes(['a'])).toEqual(['ok']);
    const { codes, count } = allowance(undefined, []);
    expect(await codes(['a', 'a'])).toEqual(['ok', 'ok']);
    expect(count).not.toHaveBeenCalled();
  });
});

test('All clients together may queue a limited number of tasks, even in a burst between two counts', async () => {
  const counts = [7, 10];
  let time = 0;
  const admit = createTotalAdmission({
    most: 10,
    count: () => Promise.resolve(counts.shift() ?? 0),
    now: () => new Date(time),
  });
  let sent = 0;
  const codes = (many: number) =>
    Promise.all(
      Array.from({ length: many }, () =>
        admit(`task-${(sent += 1)}`).then(
          () => 'ok',
          (error: { code?: string }) => error.code,
        ),
      ),
    );
  expect(await codes(5)).toEqual(['ok', 'ok', 'ok', 'queue_full', 'queue_full']);
  time += 1000;
  expect(await codes(1)).toEqual(['queue_full']);
  time += 1000;
  expect(await codes(1)).toEqual(['ok']);
});
