import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, createOnsetFinder } from '../../../../src/drivers/remotion/sound/onsets.ts';
import { stretch, type ReadSamples } from '../../../../src/drivers/remotion/sound/time-stretch.ts';
import { amplitude, tone } from '../../../helpers/media.ts';

const reader =
  (...channels: Float32Array[]): ReadSamples =>
  (from, samples) =>
    Promise.resolve(
      channels.map((channel) => {
        const out = new Float32Array(samples);
        const first = Math.max(0, from);
        out.set(channel.subarray(first, Math.max(first, from + samples)), first - from);
        return out;
      }),
    );

async function stretched(read: ReadSamples, rate: number, from: number, to: number): Promise<Float32Array[]> {
  const parts: Float32Array[][] = [];
  for await (const part of stretch(read, rate, [from, to])) parts.push(part);
  const [first = []] = parts;
  return first.map((_, channel) => Float32Array.from(parts.flatMap((part) => [...(part[channel] ?? [])])));
}

test.each([0.25, 0.5, 0.75, 0.9, 1.1, 1.5, 2, 4])(
  'At speed %f a tone keeps its pitch and its strength',
  async (rate) => {
    for (const hertz of [110, 440, 3000]) {
      const [sound = new Float32Array(0)] = await stretched(
        reader(tone(hertz, 4)),
        rate,
        0,
        Math.round(192_000 / rate),
      );
      const seconds = 4 / rate;
      expect(amplitude(sound, hertz, 0.2, 0.3)).toBeGreaterThan(0.42);
      expect(amplitude(sound, hertz, seconds / 2, seconds / 2 + 0.1)).toBeGreaterThan(0.42);
    }
  },
);

test('At speed 1 a sound stays what it is', async () => {
  const sound = tone(440, 1).map((value, at) => value * Math.sin(at / 3000));
  const [same = new Float32Array(0)] = await stretched(reader(sound), 1, 0, 48_000);
  for (let at = 0; at < 48_000; at += 7) expect(same[at]).toBeCloseTo(sound[at] ?? 0, 3);
});

test('Any stretch has as many samples as asked for, alike on both sides; nothing becomes silence', async () => {
  const sound = tone(300, 0.5);
  const part = fc.record({
    from: fc.nat(60_000),
    samples: fc.nat(30_000),
    rate: fc.double({ min: 0.25, max: 8, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(part, async ({ from, samples, rate }) => {
      const [left, right] = await stretched(reader(sound, sound), rate, from, from + samples);
      expect(left?.length ?? 0).toBe(samples);
      expect(right).toEqual(left);
      const end = Math.ceil(sound.length / rate) + 2000 - from;
      if (left !== undefined && end < samples)
        expect(left.subarray(Math.max(0, end)).every((value) => value === 0)).toBe(true);
    }),
    { numRuns: 12 },
  );
});

function onsetsOf(sound: Float32Array): number[] {
  const finder = createOnsetFinder(0);
  for (let at = 0; at + BLOCK <= sound.length; at += BLOCK) finder.take([sound], at, at + BLOCK);
  return finder.onsets;
}

test('Onsets are where something begins suddenly, and the pulses of a deep voice are none', () => {
  const pulses = Float32Array.from({ length: 48_000 }, (_, at) => 0.5 * Math.exp(-(at % 600) / 60));
  expect(onsetsOf(pulses)).toEqual([0]);
  const sound = Float32Array.from([
    ...new Float32Array(9600),
    ...tone(1000, 0.2),
    ...new Float32Array(9600),
    ...tone(90, 0.2),
  ]);
  const found = onsetsOf(sound);
  expect(found).toHaveLength(2);
  for (const [index, wanted] of [9600, 28_800].entries())
    expect(Math.abs((found[index] ?? 0) - wanted)).toBeLessThan(48);
  expect(onsetsOf(Float32Array.from({ length: 48_000 }, (_, at) => (at / 48_000) * Math.sin(at / 20)))).toEqual([]);
});
