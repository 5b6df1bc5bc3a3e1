import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillGain } from '../../../../src/drivers/remotion/sound/gain.ts';
import { placeSounds } from '../../../../src/drivers/remotion/sound/placed-sound.ts';
import type { Sound } from '../../../../src/film/film.ts';
import { soundOf } from './sounds.ts';

const FPS = 48;
/** Samples of a frame. */
const FRAME = 1000;

function gains(changes: Partial<Sound>, start: number, length: number): Float32Array {
  const [placed] = placeSounds({
    fps: FPS,
    durationInFrames: 100,
    sounds: [soundOf({ durationInFrames: 100, ...changes })],
  });
  if (placed === undefined) throw new Error('nothing can be heard');
  const gain = new Float32Array(length);
  fillGain(gain, placed, start, FPS);
  return gain;
}

test('Fades are straight lines from nothing at the first sample, and to nothing at the end.', () => {
  const gain = gains({ volume: 0.5, fadeInFrames: 10, fadeOutFrames: 20 }, 0, 100 * FRAME);
  expect(gain[0]).toBe(0);
  expect(gain[5 * FRAME]).toBeCloseTo(0.25, 6);
  expect(gain[10 * FRAME]).toBe(0.5);
  expect(gain[80 * FRAME]).toBe(0.5);
  expect(gain[90 * FRAME]).toBeCloseTo(0.25, 6);
  expect(gain[100 * FRAME - 1]).toBeCloseTo(0, 4);
});

test('Without fades the gain is the volume from the first to the last sample.', () => {
  expect(new Set(gains({ volume: 0.25, from: 10 }, 10 * FRAME, 90 * FRAME))).toEqual(new Set([0.25]));
});

test('Fades that are longer than the sound neither jump nor leave 0 to the volume.', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.nat(90_000), (fadeInFrames, fadeOutFrames, start) => {
      const gain = gains({ volume: 0.8, fadeInFrames, fadeOutFrames }, start, FRAME);
      for (const value of gain) expect(value >= 0 && value <= Math.fround(0.8)).toBe(true);
      for (let at = 1; at < gain.length; at++) {
        const steepest = 1 / Math.max(1, fadeInFrames * FRAME) + 1 / Math.max(1, fadeOutFrames * FRAME);
        const jump = Math.abs((gain[at] ?? 0) - (gain[at - 1] ?? 0));
        if (fadeInFrames > 0 && fadeOutFrames > 0) expect(jump).toBeLessThanOrEqual(steepest + 1e-6);
      }
    }),
    { numRuns: 30 },
  );
});

test('Blocks of a sound fit together as if it had been one.', () => {
  const changes = { from: 3, fadeInFrames: 10, fadeOutFrames: 90 };
  const whole = gains(changes, 0, 100 * FRAME);
  for (const start of [0, 7777, 48_000]) expect(gains(changes, start, 5000)).toEqual(whole.slice(start, start + 5000));
});
