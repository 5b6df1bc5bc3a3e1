import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limited } from '../../../../src/drivers/remotion/sound/limiter.ts';
import { blocksOf, collect } from './sounds.ts';

const wave = (peak: number, samples: number): Float32Array =>
  Float32Array.from({ length: samples }, (_, at) => peak * Math.sin(at / 7));

test('Sound within full scale is unchanged bit for bit, and nothing is added or lost.', async () => {
  for (const samples of [1, 100, 239, 240, 241, 48_000]) {
    const sound = wave(1, samples);
    const { left, returned } = await collect(limited(blocksOf(sound, 1000)));
    expect(left).toEqual([...sound]);
    expect(returned).toBe(1);
  }
});

test('Whatever the input, the output stays within full scale and keeps its length.', async () => {
  const loud = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { maxLength: 2000 });
  await fc.assert(
    fc.asyncProperty(loud, fc.integer({ min: 1, max: 700 }), async (samples, block) => {
      const { left } = await collect(limited(blocksOf(Float32Array.from(samples), block)));
      expect(left).toHaveLength(samples.length);
      expect(Math.max(0, ...left.map(Math.abs))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test('A peak is turned down with its surroundings, not cut off; before and long after it nothing changes.', async () => {
  const sound = wave(0.9, 96_000);
  sound.set(wave(1.8, 2000), 40_000);
  const { left, returned } = await collect(limited(blocksOf(sound, 4800)));
  const played = [...sound];
  expect(left.slice(0, 39_700)).toEqual(played.slice(0, 39_700));
  expect(left.slice(90_000)).toEqual(played.slice(90_000));
  expect(returned).toBeCloseTo(1 / 1.8, 2);
  const ratios = left.slice(40_500, 41_500).map((value, at) => value / (sound[40_500 + at] ?? 1));
  // A wave that is cut off would have flat tops: its gain would change within each wave.
  expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(0.02);
});
