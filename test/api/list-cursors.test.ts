import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { RouteDeps } from '../../src/api/routes.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

const listTasks = vi.fn<RouteDeps['listTasks']>();
let api: ApiRig;
beforeAll(async () => {
  api = await startApi({ listTasks });
});
afterAll(() => api.close());
beforeEach(() => listTasks.mockReset().mockResolvedValue({ tasks: [], next: null }));

const list = (query: string) => fetch(`${api.base}/tasks?${query}`);
const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What Temporal can read, also one millisecond later. */
const isReadable = (ms: number): boolean => /^\d{4}-/.test(new Date(ms + 1).toISOString());

test('Whatever a cursor says, Temporal is asked about times that it can read', async () => {
  const time = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(8.64e15, 253_402_300_799_999, 0, -1));
  await fc.assert(
    fc.asyncProperty(fc.oneof(time, fc.jsonValue()), fc.oneof(fc.string(), fc.jsonValue()), async (at, runId) => {
      listTasks.mockClear();
      const { status } = await list(`cursor=${cursorOf([at, runId])}`);
      const [[, after] = []] = listTasks.mock.calls;
      expect(status).toBe(after == null ? 422 : 200);
      if (after != null) expect(isReadable(after.startedAt)).toBe(true);
    }),
  );
});

test.each(['since=0000-01-01T00:00:00%2B23:59', 'until=9999-12-31T23:59:59-23:59'])(
  'A time outside the years of ISO 8601 is refused: %s',
  async (query) => {
    expect((await list(query)).status).toBe(422);
  },
);
