import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds, paintOrder, transitionFrames } from '../../src/film/paint-order.ts';
import type { SettledClip } from '../../src/film/settle-clips.ts';

const clip = fc
  .record({
    layer: fc.nat(2),
    from: fc.nat(20),
    durationInFrames: fc.integer({ min: 1, max: 15 }),
    frames: fc.constantFrom(0, 0, 1, 4, 9, 30),
  })
  .map(({ layer, from, durationInFrames, frames }) => {
    const transition = frames === 0 ? undefined : { kind: 'fade', durationInFrames: frames };
    return { from, durationInFrames, clip: { kind: 'color', layer, transition } } as unknown as SettledClip;
  });
const endOf = ({ from, durationInFrames }: SettledClip): number => from + durationInFrames;

/** The rule itself, each clip beside each other. */
function plainHolds(painted: readonly SettledClip[]): number[] {
  return painted.map((below, index) => {
    const over = painted.filter(
      (incoming, place) =>
        place > index &&
        incoming.clip.layer === below.clip.layer &&
        incoming.from > below.from &&
        incoming.from <= endOf(below),
    );
    return Math.max(0, ...over.map((incoming) => incoming.from + transitionFrames(incoming) - endOf(below)));
  });
}

describe('A clip under one that comes in over it', () => {
  test('stays until the transition is over', () => {
    fc.assert(
      fc.property(fc.array(clip, { maxLength: 25 }), (clips) => {
        const painted = paintOrder(clips);
        expect(holds(painted)).toEqual(plainHolds(painted));
      }),
      { numRuns: 2000 },
    );
  });

  test('is found among 10,000 that show at once without looking at each beside each other', () => {
    let looks = 0;
    const transition = { kind: 'fade', durationInFrames: 10 };
    const clips = Array.from({ length: 10_000 }, (_, index) => ({
      get from() {
        looks++;
        return index;
      },
      durationInFrames: 20_000,
      clip: { kind: 'color', layer: 0, transition },
    })) as unknown as SettledClip[];
    expect(holds(paintOrder(clips))).toHaveLength(10_000);
    expect(looks).toBeLessThan(1_000_000);
  });
});
