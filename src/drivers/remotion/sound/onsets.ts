import { SAMPLE_RATE } from './sample-clock.ts';

/** Samples of a block: a millisecond. */
export const BLOCK = SAMPLE_RATE / 1000;
/**
 * The number of blocks with which an onset is compared: longer than a period of the deepest voice, whose single pulses
 * are not onsets.
 */
const MEMORY = 40;
/** An onset is this many times as loud as the sound just before it: 6 dB. */
const RISE = 2;
/** −54 dB of full scale. A quieter start is not treated as an onset. */
const LEAST = 0.002;
/** The least number of blocks between two onsets. */
const REST = 40;

export interface OnsetFinder {
  /** Takes the next block of samples, of all channels. */
  take(channels: readonly Float32Array[], from: number, to: number): void;
  /** The samples at which a sound begins suddenly, in order. The caller may remove older ones. */
  readonly onsets: number[];
}

/**
 * Finds where a sound begins suddenly: a click, a drum, a plosive.
 * @param at the first sample that is passed to `take`
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
          // The onset is where the sound rises above the sound before, not where it is loudest.
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
