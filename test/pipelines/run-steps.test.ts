import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderSteps, type Ordered } from '../../src/pipelines/order-steps.ts';
import { runSteps } from '../../src/pipelines/run-steps.ts';

/** Random steps without a cycle, in a random order: each needs some of those before it, as they were before the shuffle. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 40 })
  .map((needs) =>
    needs.map((of, place): Ordered => ({
      id: `s${place}`,
      after: place === 0 ? [] : [...new Set(of.map((one) => `s${one % place}`))],
    })),
  )
  .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }));

const turn = (): Promise<void> => Promise.resolve();
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

test('Steps without a cycle are all put in an order in which each comes after those that it needs', () => {
  fc.assert(
    fc.property(acyclic, (steps) => {
      const { ordered, cycle } = orderSteps(steps);
      expect(cycle).toBeUndefined();
      expect(new Set(ordered)).toEqual(new Set(steps));
      for (const [place, { after }] of ordered.entries())
        expect(ordered.slice(0, place).map(({ id }) => id)).toEqual(expect.arrayContaining([...after]));
    }),
  );
});

test('One need that closes a round is found as a cycle of steps that really need each other', () => {
  fc.assert(
    fc.property(acyclic, fc.nat(), (steps, pick) => {
      const { ordered } = orderSteps(steps);
      const target = ordered[pick % ordered.length];
      if (target === undefined) return;
      // The first one needs the target, and the target, by way of the others, the first.
      const chain = ordered.map((step, place) => ({
        ...step,
        after: place === 0 ? [target.id] : [...step.after, ordered[place - 1]?.id ?? ''],
      }));
      const { cycle = [] } = orderSteps(chain);
      expect(cycle.length).toBeGreaterThan(0);
      for (const [place, { after }] of cycle.entries()) expect(after).toContain(cycle[(place + 1) % cycle.length]?.id);
    }),
  );
});

test('Every step runs once, after all that it needs, however long each takes', async () => {
  await fc.assert(
    fc.asyncProperty(acyclic, fc.array(fc.nat(20), { minLength: 40, maxLength: 40 }), async (steps, lengths) => {
      const begun: string[] = [];
      const ended = new Set<string>();
      await runSteps(orderSteps(steps).ordered, async ({ id, after }) => {
        begun.push(id);
        expect([...ended]).toEqual(expect.arrayContaining([...after]));
        await turns(lengths[begun.length - 1] ?? 0);
        ended.add(id);
      });
      expect(begun.toSorted()).toEqual(steps.map(({ id }) => id).toSorted());
    }),
  );
});

test('After a failure no step begins, running ones end first, and the failure is thrown', async () => {
  await fc.assert(
    fc.asyncProperty(
      acyclic,
      fc.nat(),
      fc.array(fc.nat(20), { minLength: 40, maxLength: 40 }),
      async (steps, pick, lengths) => {
        const { ordered } = orderSteps(steps);
        const broken = ordered[pick % ordered.length]?.id;
        let failed = false;
        let open = 0;
        const run = runSteps(ordered, async ({ id }) => {
          expect(failed).toBe(false);
          open += 1;
          await turns(lengths[Number(id.slice(1))] ?? 0);
          open -= 1;
          if (id === broken) {
            failed = true;
            throw new Error(`broken ${id}`);
          }
        });
        await expect(run).rejects.toThrow(`broken ${broken}`);
        expect(open).toBe(0);
      },
    ),
  );
});

test('Independent steps run in parallel', async () => {
  let open = 0;
  let most = 0;
  const steps = ['a', 'b', 'c'].map((id) => ({ id, after: [] }));
  await runSteps(steps, async () => {
    most = Math.max(most, ++open);
    await turns(3);
    open -= 1;
  });
  expect(most).toBe(3);
});
