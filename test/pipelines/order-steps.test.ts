import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderSteps, type Ordered } from '../../src/pipelines/order-steps.ts';

/** The rule itself, in a time that grows with the cube of the steps. */
function orderSlowly(steps: readonly Ordered[]): Ordered[] {
  const ordered: Ordered[] = [];
  let left = [...steps];
  for (;;) {
    const next = left.find(({ after }) => after.every((id) => ordered.some((one) => one.id === id)));
    if (next === undefined) return ordered;
    ordered.push(next);
    left = left.filter((step) => step !== next);
  }
}

describe('orderSteps', () => {
  it('takes again and again the first step whose needs are done', () => {
    const steps = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { maxLength: 12 }).map((needs) =>
      needs.map((after, place) => ({
        id: String(place),
        after: after.filter((one) => one < needs.length && one !== place).map(String),
      })),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { ordered, cycle } = orderSteps(all);
        expect(ordered).toEqual(orderSlowly(all));
        expect(cycle === undefined).toBe(ordered.length === all.length);
        for (const [place, { after }] of (cycle ?? []).entries())
          expect(after).toContain(cycle?.[(place + 1) % cycle.length]?.id);
      }),
    );
  });

  it.each(['forwards', 'backwards', 'round'])('orders 10,000 steps, %s, at once', (way) => {
    const many = 10_000;
    const steps = Array.from({ length: many }, (_, place) => ({
      id: String(place),
      after: way === 'round' ? [String((place + 1) % many)] : place === 0 ? [] : [String(place - 1)],
    }));
    const before = process.cpuUsage();
    const { ordered, cycle } = orderSteps(way === 'backwards' ? steps.toReversed() : steps);
    expect(way === 'round' ? cycle?.length : ordered.length).toBe(many);
    // It took more than three seconds of the processor once.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  });
});
