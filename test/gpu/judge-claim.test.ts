import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Holder } from '../../src/gpu/holder.ts';
import { judgeClaim } from '../../src/gpu/judge-claim.ts';

/** Few values, so that they meet. */
const holder: fc.Arbitrary<Holder> = fc.record({
  pid: fc.integer({ min: 1, max: 3 }),
  started: fc.constantFrom('t1', 't2'),
  host: fc.constantFrom('a', 'b'),
  machine: fc.constantFrom('boot-1', 'boot-2'),
  pidNamespace: fc.constantFrom('n1', 'n2'),
  group: fc.integer({ min: 1, max: 3 }),
  instance: fc.constantFrom('i1', 'i2', 'i3'),
  since: fc.constant('2026-01-04T09:32:56.000Z'),
  counter: fc.integer({ min: 1, max: 9 }),
});
const maybe = fc.option(holder, { nil: null });

test('A lease that runs is taken only by the one who has it, or when its holder has certainly ended', () => {
  fc.assert(
    fc.property(holder, holder, maybe, fc.boolean(), fc.boolean(), (me, lease, last, leaseHolderGone, takeOver) => {
      const verdict = judgeClaim(me, { lease, last }, { leaseHolderGone, takeOver });
      expect(verdict).toBe(leaseHolderGone || lease.instance === me.instance ? 'free' : 'held');
    }),
  );
});

test("An expired lease is taken on its holder's machine; elsewhere only when an operator says so", () => {
  fc.assert(
    fc.property(holder, holder, fc.boolean(), (me, last, takeOver) => {
      const verdict = judgeClaim(me, { lease: null, last }, { leaseHolderGone: false, takeOver });
      const near = last.host === me.host || last.machine === me.machine;
      expect(verdict).toBe(near || takeOver ? 'free' : 'elsewhere');
    }),
  );
});

test('A card without a known holder is free', () => {
  fc.assert(
    fc.property(holder, fc.boolean(), (me, takeOver) => {
      expect(judgeClaim(me, { lease: null, last: null }, { leaseHolderGone: false, takeOver })).toBe('free');
    }),
  );
});
