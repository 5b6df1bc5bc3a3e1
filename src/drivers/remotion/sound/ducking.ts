import type { Ducking } from '../../../film/film.ts';
import { SAMPLE_RATE } from './sample-clock.ts';

/** While someone speaks: samples of the film, the second exclusive. */
export type Spoken = readonly [from: number, to: number];

/** Length of the stretches whose loudness is measured, in samples: 10 ms. */
export const WINDOW = SAMPLE_RATE / 100;

/** Quieter than −60 dB below full scale is never speech. */
const FLOOR = 10 ** (-60 / 20);
/** Speech is what is at most 26 dB quieter than its loud moments: syllables that die away count, a room's hum does not. */
const BELOW_LOUD = 10 ** (-26 / 20);
const LOUD_QUANTILE = 0.9;
/** Pauses up to 600 ms, such as between two sentences, do not let the music up. */
const HOLD = 0.6 * SAMPLE_RATE;

/**
 * When someone speaks, from the loudness of all speech together, so from what is really heard and not from when its files begin.
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
 * Lowers `gain`, that of the film's samples from `start` on, while someone speaks. The music is down at the first syllable, so its way
 * down, linear over `attackMs`, begins before it; its way up begins with the silence and takes `releaseMs`.
 * @param spoken in order, apart from each other
 */
export function duck(gain: Float32Array, spoken: readonly Spoken[], ducking: Ducking, start: number): void {
  const attack = (ducking.attackMs / 1000) * SAMPLE_RATE;
  const release = (ducking.releaseMs / 1000) * SAMPLE_RATE;
  let following = firstBeginningAfter(spoken, start);
  for (let at = 0; at < gain.length; at++) {
    const now = start + at;
    while ((spoken[following]?.[0] ?? Infinity) <= now) following++;
    // The way up from one part may cross the way down to the next; parts further off are never the deeper ones.
    const depth = Math.max(
      depthAfter(spoken[following - 1], now, release),
      depthBefore(spoken[following], now, attack),
    );
    if (depth > 0) gain[at] = (gain[at] ?? 0) * (1 - (1 - ducking.to) * depth);
  }
}

/** How far the music has stepped back, 0–1, for a part that is on or over. */
function depthAfter(part: Spoken | undefined, now: number, release: number): number {
  if (part === undefined) return 0;
  return now < part[1] ? 1 : Math.max(0, 1 - (now - part[1]) / Math.max(1, release));
}

/** The same for a part that is to come. */
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
