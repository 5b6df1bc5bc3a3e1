import { WINDOW } from './ducking.ts';
import type { Stereo } from './stereo.ts';

/**
 * The root mean square of each {@link WINDOW} of a film's speech, on its louder side; 0–1, or more if it is too loud.
 * @param blocks each, except the last, a whole number of windows long
 */
export async function speechLevels(blocks: AsyncIterable<Stereo>, samples: number): Promise<Float32Array> {
  const levels = new Float32Array(Math.ceil(samples / WINDOW));
  let window = 0;
  for await (const { left, right } of blocks)
    for (let start = 0; start < left.length; start += WINDOW, window++) {
      const energy = (side: Float32Array) =>
        side.subarray(start, start + WINDOW).reduce((sum, value) => sum + value ** 2, 0);
      levels[window] = Math.sqrt(Math.max(energy(left), energy(right)) / Math.min(WINDOW, left.length - start));
    }
  return levels;
}
