import type { PlacedSound } from './placed-sound.ts';
import { sampleAt } from './sample-clock.ts';

/**
 * Writes the gain of a sound for the film's samples from `start` on to `gain`: its volume with linear fades, up from 0
 * at its first sample and down to 0 at its end. Overlapping fades multiply.
 */
export function fillGain(gain: Float32Array, { sound, from, end }: PlacedSound, start: number, fps: number): void {
  const fadeIn = sampleAt(sound.fadeInFrames, fps);
  const fadeOut = sampleAt(sound.fadeOutFrames, fps);
  gain.fill(sound.volume);
  const risenAt = Math.min(gain.length, from + fadeIn - start);
  for (let at = Math.max(0, from - start); at < risenAt; at++)
    gain[at] = (gain[at] ?? 0) * ((start + at - from) / fadeIn);
  const fallsAt = Math.max(0, end - fadeOut - start);
  for (let at = fallsAt; at < gain.length; at++) gain[at] = (gain[at] ?? 0) * Math.max(0, (end - start - at) / fadeOut);
}
