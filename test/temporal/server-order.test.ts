import { expect, test } from 'vitest';
import { effectiveOrder, orderInWords, type ServerFacts } from '../../src/temporal/server-facts.ts';

const server = (more: Partial<ServerFacts>): ServerFacts => ({
  version: '1.31.2',
  priorityLevels: 101,
  partitions: 1,
  order: 'exact',
  attributesMissing: [],
  retentionDays: 33,
  ...more,
});

test('With a level for each priority the order is exact', () => {
  expect(effectiveOrder(server({}), 101)).toBe('exact');
  expect(orderInWords(server({}), 101)).toBe('higher priorities run first, equal ones by arrival');
});

test('Bands are reported, whether server or setting makes them; inside a band, arrival decides', () => {
  for (const facts of [server({}), server({ priorityLevels: 5, order: 'banded' })]) {
    expect(effectiveOrder(facts, 5)).toBe('banded');
    expect(orderInWords(facts, 5)).toContain('5 bands: higher bands run first, tasks of one band by arrival');
  }
});

test('A setting that the server does not support is reported', () => {
  expect(orderInWords(server({ priorityLevels: 5, order: 'banded' }), 101)).toBe(
    'the server has 5 priority levels and PRIORITY_LEVELS is 101: set both to the same number',
  );
});

test('Several partitions, or a server that does not say, promise nothing', () => {
  expect(orderInWords(server({ partitions: 4, order: 'unknown' }), 101)).toContain('4 partitions instead of 1');
  expect(orderInWords(server({ priorityLevels: undefined, order: 'unknown' }), 101)).toContain('does not say');
});
