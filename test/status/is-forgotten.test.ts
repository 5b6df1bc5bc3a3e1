import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TASK_STATUSES } from '../../src/contracts/names.ts';
import { createIsForgotten, endedBefore } from '../../src/status/is-forgotten.ts';
import { isFinal } from '../../src/status/record.ts';
import type { DescribedTask } from '../../src/status/describe-task.ts';
import { blankRecord } from '../helpers/blank-record.ts';

const before = new Date('2026-11-01T00:00:00.000Z');
const EARLY = '2026-10-31T23:59:59.999Z';
const LATE = '2026-11-01T00:00:00.000Z';

test('A task counts as ended before a moment only if its end is earlier', () => {
  const moment = fc.option(fc.date({ noInvalidDate: true }).map((date) => date.toISOString()));
  fc.assert(
    fc.property(fc.constantFrom(...TASK_STATUSES), moment, (status, finishedAt) => {
      const over = isFinal(status) && finishedAt !== null && new Date(finishedAt) < before;
      expect(endedBefore({ status, finishedAt }, before)).toBe(over);
    }),
  );
});

const described = (record: Partial<DescribedTask['record']>): DescribedTask => ({
  version: { runStartedAt: 1, attempt: 0 },
  record: { ...blankRecord, ...record },
});
const away = () => Promise.reject(new Error('away'));
const resolved =
  <T>(value: T) =>
  () =>
    Promise.resolve(value);

test.each([
  ['Temporal: it waits', described({ status: 'pending' }), null, false],
  [
    'Temporal: it waits, though Redis has an end',
    described({ status: 'pending' }),
    { ...blankRecord, status: 'failed', finishedAt: EARLY },
    false,
  ],
  ['Temporal: it runs', described({ status: 'processing' }), null, false],
  ['Temporal: it ended early', described({ status: 'completed', finishedAt: EARLY }), null, true],
  ['Temporal: it ended late', described({ status: 'failed', finishedAt: LATE }), null, false],
  ['Redis alone: it waits', null, { ...blankRecord, status: 'pending' }, false],
  ['Redis alone: it ended early', null, { ...blankRecord, status: 'failed', finishedAt: EARLY }, true],
  ['Redis alone: lost lately', null, { ...blankRecord, status: 'failed', phase: 'lost', finishedAt: LATE }, false],
  ['nobody knows it', null, null, true],
] as const)('%s', async (_, task, record, forgotten) => {
  const isForgotten = createIsForgotten({ describe: resolved(task), store: { read: resolved(record) } });
  expect(await isForgotten('id', before)).toBe(forgotten);
});

test('If Temporal, or only Redis, is needed and does not answer, the result is unknown', async () => {
  const withoutTemporal = createIsForgotten({ describe: away, store: { read: resolved(null) } });
  await expect(withoutTemporal('id', before)).rejects.toThrow('away');
  const withoutRedis = createIsForgotten({ describe: resolved(null), store: { read: away } });
  await expect(withoutRedis('id', before)).rejects.toThrow('away');
});
