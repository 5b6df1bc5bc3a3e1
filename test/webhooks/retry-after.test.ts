import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../src/webhooks/retry-after.ts';

const now = new Date('2026-01-04T09:00:00Z');

test('Seconds and dates are understood', () => {
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter(' 0 ', now)).toBe(0);
  expect(parseRetryAfter('Sun, 04 Jan 2026 09:05:00 GMT', now)).toBe(300_000);
  expect(parseRetryAfter('Sun, 04 Jan 2026 08:00:00 GMT', now)).toBe(0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
      const date = new Date(now.getTime() + seconds * 1000);
      expect(parseRetryAfter(date.toUTCString(), now)).toBe(seconds * 1000);
    }),
  );
});

test('Anything else says nothing', () => {
  for (const value of [undefined, '', '-5', '1.5', '1e3', 'soon', '2026-01-05', '12345678901'])
    expect(parseRetryAfter(value, now)).toBeNull();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const wait = parseRetryAfter(text, now);
      expect(wait === null || wait >= 0).toBe(true);
    }),
  );
});
