import { expect, test } from 'vitest';
import { atRate, atTempo } from '../../../src/drivers/cosyvoice/convert-sound.ts';
import { samplesIn, type Sound } from '../../../src/drivers/cosyvoice/sound.ts';

/** A second of a voice that speaks to its very end. */
function tone(sampleRate: number): Sound {
  const samples = Buffer.alloc(2 * sampleRate);
  for (let at = 0; at < sampleRate; at++)
    samples.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 220 * at) / sampleRate)), 2 * at);
  return { samples, sampleRate };
}

/** The root of the mean square of the last 20 ms. */
function loudnessOfEnd({ samples, sampleRate }: Sound): number {
  const count = Math.round(sampleRate / 50);
  let sum = 0;
  for (let at = samples.length / 2 - count; at < samples.length / 2; at++) sum += samples.readInt16LE(2 * at) ** 2;
  return Math.sqrt(sum / count);
}

test.each([
  [22_050, 0.5],
  [24_000, 0.8],
  [16_000, 1.25],
  [24_000, 1.5],
  [48_000, 2],
])(
  'At %d Hz and %f times the tempo a sentence keeps its end and has its length to the sample.',
  async (rate, tempo) => {
    const changed = await atTempo(tone(rate), tempo);
    expect(changed.sampleRate).toBe(rate);
    expect(samplesIn(changed)).toBe(Math.round(rate / tempo));
    expect(loudnessOfEnd(changed)).toBeGreaterThan(0.7 * loudnessOfEnd(tone(rate)));
  },
);

test('At its own tempo and rate a sentence stays as it is.', async () => {
  const sound = tone(24_000);
  expect(await atTempo(sound, 1)).toBe(sound);
  expect(await atRate(sound, 24_000)).toBe(sound);
});
