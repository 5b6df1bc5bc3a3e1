import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { listRuns, type RunPlace } from '../../src/temporal/list-runs.ts';
import type { Temporal } from '../../src/temporal/connection.ts';

const NOW = Date.now();

/** A Temporal that knows nothing but when runs began, and lists them in no useful order. */
function fakeTemporal(starts: readonly number[]) {
  const runs = starts.map((startedAt, index) => ({
    workflowId: `task-${index}`,
    runId: `run-${index}`,
    type: 'remotion_render',
    startTime: new Date(startedAt),
    status: { name: 'COMPLETED' },
    typedSearchAttributes: { get: () => undefined },
  }));
  let largest = 0;
  const matching = (query: string) => {
    const [, from = '', to = ''] = /StartTime >= "([^"]+)" AND StartTime < "([^"]+)"/.exec(query) ?? [];
    return runs.filter(({ startTime }) => startTime >= new Date(from) && startTime < new Date(to));
  };
  const workflow = {
    count: (query: string) => Promise.resolve({ count: matching(query).length }),
    list({ query }: { query: string }) {
      const found = matching(query);
      largest = Math.max(largest, found.length);
      return (async function* () {
        yield* await Promise.resolve(found);
      })();
    },
  };
  const connection = { withDeadline: (_deadline: number, call: () => Promise<unknown>) => call() };
  return { temporal: { client: { workflow }, connection } as unknown as Temporal, largest: () => largest };
}

const ages = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10 ** 10 })),
  { maxLength: 60 },
);

async function readAll(temporal: Temporal, options: { most: number; after: RunPlace | null; since?: number }) {
  const all: RunPlace[] = [];
  for await (const some of listRuns(temporal, { query: '', ...options })) all.push(...some);
  return all.map(({ startedAt, runId }) => ({ startedAt, runId }));
}

test('Runs are listed newest first, each once, and from any place on', async () => {
  await fc.assert(
    fc.asyncProperty(ages, fc.integer({ min: 1, max: 10 }), fc.nat(), async (made, most, pick) => {
      const starts = made.map((age) => NOW - age);
      const { temporal, largest } = fakeTemporal(starts);
      const expected = starts
        .map((startedAt, index) => ({ startedAt, runId: `run-${index}` }))
        .toSorted((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1));
      expect(await readAll(temporal, { most, after: null })).toEqual(expected);
      // So many began in the same millisecond at most.
      const together = Math.max(0, ...starts.map((one) => starts.filter((other) => other === one).length));
      expect(largest()).toBeLessThanOrEqual(Math.max(most, together));

      const place = expected[pick % Math.max(1, expected.length)] ?? null;
      const rest = place === null ? expected : expected.slice(expected.indexOf(place) + 1);
      expect(await readAll(temporal, { most, after: place })).toEqual(rest);
      const since = NOW - 5000;
      expect(await readAll(temporal, { most, after: null, since })).toEqual(
        expected.filter(({ startedAt }) => startedAt >= since),
      );
    }),
  );
});

test('No call waits for an answer for more than five seconds', async () => {
  const { temporal } = fakeTemporal([NOW - 5, NOW - 10_000]);
  const withDeadline = vi.spyOn(temporal.connection, 'withDeadline');
  await readAll(temporal, { most: 1, after: null });
  expect(withDeadline).toHaveBeenCalled();
  for (const [deadline] of withDeadline.mock.calls) expect(deadline).toBeLessThanOrEqual(Date.now() + 5000);
});
