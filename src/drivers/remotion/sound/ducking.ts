import type { Ducking } from '../../../film/film.ts';
import { SAMPLE_RATE } from './sample-clock.ts';

/** A range of samples of the film with speech; the end is exclusive. */
export type Spoken = readonly [from: number, to: number];

/** The length of a window of the loudness measurement, in samples: 10 ms. */
export const WINDOW = SAMPLE_RATE / 100;

/** Sound below −60 dB of full scale never counts as speech. */
const FLOOR = 10 ** (-60 / 20);
/** Speech is at most 26 dB quieter than its loud parts: this includes fading syllables, but not the hum of a room. */
const BELOW_LOUD = 10 ** (-26 / 20);
const LOUD_QUANTILE = 0.9;
/** The music does not become louder in pauses up to 600 ms, such as between two sentences. */
const HOLD = 0.6 * SAMPLE_RATE;

/**
 * Finds the parts with speech from the loudness of all speech together, so from the real sound and not from the starts
 * of files.
 * @param levels root mean square of each {@link WINDOW} of the film, 0–1
 */
export function spokenParts(levels: Float32Array): Spoken[] {
  const heard = levels.filter((level) => level > FLOOR).toSorted();
  const loud = heard[Math.floor(heard.length * LOUD_QUANTILE)] ?? 0;
  const threshold = Math.max(FLOOR, loud * BELOW_LOUD);
  const parts: [number, number][] = [];
  levels.forEach((level, window) => {
    if (level <= threshold) return;
    const [from, to] = [window * WINDOW, (window + 1) * WINDOW];
    const last = parts.at(-1);
    if (last !== undefined && from - last[1] <= HOLD) last[1] = to;
    else parts.push([from, to]);
  });
  return parts;
}

/**
 * Lowers `gain`, which belongs to the film's samples from `start` on, during speech. The music has reached its lower
 * level at the first syllable, so its fade down (linear over `attackMs`) begins before it. Its fade up begins with the
 * silence and takes `releaseMs`.
 * @param spoken in order, not overlapping
 */
export function duck(gain: Float32Array, spoken: readonly Spoken[], ducking: Ducking, start: number): void {
  const attack = (ducking.attackMs / 1000) * SAMPLE_RATE;
  const release = (ducking.releaseMs / 1000) * SAMPLE_RATE;
  let following = firstBeginningAfter(spoken, start);
  for (let at = 0; at < gain.length; at++) {
    const now = start + at;
    while ((spoken[following]?.[0] ?? Infinity) <= now) following++;
    // The fade up after one part may cross the fade down to the next one; parts further away never lower the music
    // more.
    const depth = Math.max(
      depthAfter(spoken[following - 1], now, release),
      depthBefore(spoken[following], now, attack),
    );
    if (depth > 0) gain[at] = (gain[at] ?? 0) * (1 - (1 - ducking.to) * depth);
  }
}

/** How far the music is lowered, 0–1, by a part that is present or past. */
function depthAfter(part: Spoken | undefined, now: number, release: number): number {
  if (part === undefined) return 0;
  return now < part[1] ? 1 : Math.max(0, 1 - (now - part[1]) / Math.max(1, release));
}

/** The same for a future part. */
const depthBefore = (part: Spoken | undefined, now: number, attack: number): number =>
  part === undefined ? 0 : Math.max(0, 1 - (part[0] - now) / Math.max(1, attack));

/** Index of the first part that begins after a sample. */
function firstBeginningAfter(spoken: readonly Spoken[], sample: number): number {
  let [low, high] = [0, spoken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spoken[middle]?.[0] ?? 0) > sample) high = middle;
    else low = middle + 1;
  }
  return low;
}
