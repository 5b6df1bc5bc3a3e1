import { SAMPLE_RATE } from './sample-clock.ts';

/** Samples of a block: a millisecond. */
export const BLOCK = SAMPLE_RATE / 1000;
/** Blocks that an onset is compared with: longer than a period of the deepest voice, whose single pulses are none. */
const MEMORY = 40;
/** An onset is this many times as loud as everything just before it: 6 dB. */
const RISE = 2;
/** −54 dB of full scale. What begins quieter needs no care. */
const LEAST = 0.002;
/** Blocks before the next one. */
const REST = 40;

export interface OnsetFinder {
  /** Takes the next block of samples, of all channels. */
  take(channels: readonly Float32Array[], from: number, to: number): void;
  /** Samples at which something begins suddenly, in order. Older ones may be removed. */
  readonly onsets: number[];
}

/**
 * Finds where a sound begins suddenly: a click, a drum, a plosive.
 * @param at the sample that is taken first
 */
export function createOnsetFinder(at: number): OnsetFinder {
  const peaks = new Float32Array(MEMORY);
  const onsets: number[] = [];
  let count = 0;
  let rest = 0;
  let sample = at;
  return {
    onsets,
    take(channels, from, to) {
      let peak = 0;
      let place = from;
      const before = Math.max(
        LEAST,
        peaks.reduce((most, one) => Math.max(most, one), 0),
      );
      for (const channel of channels)
        for (let index = from; index < to; index++) {
          const value = Math.abs(channel[index] ?? 0);
          if (value <= peak) continue;
          // The onset is where the sound leaves what was before, not where it is loudest.
          if (peak <= before && value > before) place = index;
          peak = value;
        }
      rest = Math.max(0, rest - 1);
      if (peak > RISE * before && rest === 0) {
        onsets.push(sample + place - from);
        rest = REST;
      }
      peaks[count++ % MEMORY] = peak;
      sample += to - from;
    },
  };
}
