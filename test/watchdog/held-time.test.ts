import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOOK_MS, lookAgain, type LoopSeen } from '../../src/watchdog/held-time.ts';

const begin: LoopSeen = { beats: 7, heldMs: 0 };
const later = (seen: LoopSeen, looks: readonly number[]): LoopSeen =>
  looks.reduce((before, sinceMs) => lookAgain(before, before.beats, sinceMs), seen);

test('A loop that turns is never held, however late the looks', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (looks) => {
      const seen = looks.reduce((before, sinceMs) => lookAgain(before, before.beats + 1, sinceMs), begin);
      expect(seen.heldMs).toBe(0);
    }),
  );
});

test('A loop that stands still is held as long as its watchdog has seen it', () => {
  expect(
    later(
      begin,
      Array.from({ length: 120 }, () => LOOK_MS),
    ).heldMs,
  ).toBe(120 * LOOK_MS);
});

test('Time that the watchdog slept through does not count, nor a clock that steps back', () => {
  expect(later(begin, [LOOK_MS, 3_600_000, 2 * LOOK_MS + 1, -LOOK_MS, LOOK_MS]).heldMs).toBe(2 * LOOK_MS);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true })), (looks) => {
      const { heldMs } = later(begin, looks);
      expect(heldMs).toBeGreaterThanOrEqual(0);
      expect(heldMs).toBeLessThanOrEqual(looks.length * 2 * LOOK_MS);
    }),
  );
});

test('One turn ends a hold, whatever counter it makes of it', () => {
  const held = later(begin, [LOOK_MS, LOOK_MS]);
  // An Int32 counter begins below zero again one day.
  for (const beats of [8, -2_147_483_648]) expect(lookAgain(held, beats, LOOK_MS)).toEqual({ beats, heldMs: 0 });
});
