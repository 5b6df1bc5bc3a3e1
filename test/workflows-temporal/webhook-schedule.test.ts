import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterAnswer, LONGEST_WAIT_MS, MOST_TRIES, WAITS_MS } from '../../workflows-temporal/webhook-schedule.ts';

const answer = (status: number | null, retryAfterMs: number | null = null) => ({ status, retryAfterMs });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const failing = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 100, max: 599 }).filter((status) => (status < 200 || status > 299) && status !== 410),
);

test('An answer with 2xx ends a delivery, 410 too, and no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 299 }), fc.integer({ min: 1, max: MOST_TRIES }), (status, tries) => {
      expect(afterAnswer(answer(status), tries, 0)).toBe('delivered');
      expect(afterAnswer(answer(410), tries, 0)).toBe('gone');
    }),
  );
  fc.assert(
    fc.property(failing, fc.integer({ min: 1, max: MOST_TRIES - 1 }), share, (status, tries, random) => {
      expect(afterAnswer(answer(status), tries, random)).toBeTypeOf('number');
      expect(afterAnswer(answer(status), MOST_TRIES, random)).toBe('failed');
    }),
  );
});

test('The waits are those of Standard Webhooks, and at most a tenth longer', () => {
  fc.assert(
    fc.property(failing, fc.nat(WAITS_MS.length - 1), share, (status, index, random) => {
      const wait = Number(afterAnswer(answer(status), index + 1, random));
      const planned = WAITS_MS[index] ?? 0;
      expect(wait).toBeGreaterThanOrEqual(planned);
      expect(wait).toBeLessThanOrEqual(Math.min(planned * 1.1, LONGEST_WAIT_MS));
    }),
  );
  const hours = WAITS_MS.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(hours).toBeCloseTo(75.6, 1);
});

test('A receiver may put the next try off, by a day at most, and never brings it forward', () => {
  expect(afterAnswer(answer(429, 60_000), 1, 0)).toBe(60_000);
  expect(afterAnswer(answer(503, 1000), 1, 0)).toBe(5000);
  expect(afterAnswer(answer(503, 999_999_999_000), 1, 0)).toBe(LONGEST_WAIT_MS);
});
