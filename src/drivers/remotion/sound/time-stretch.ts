import { BLOCK, createOnsetFinder } from './onsets.ts';
import { SAMPLE_RATE } from './sample-clock.ts';

/** Reads a number of samples of each channel from a place on; silence where there are none. */
export type ReadSamples = (from: number, samples: number) => Promise<readonly Float32Array[]>;

/** In samples: 21 ms, and half of it as the distance between windows. */
const WINDOW = 1024;
const HOP = WINDOW / 2;
/** How far from its place a window may be taken, so that it continues the one before: a period of a deep voice. */
const REACH = (12 * SAMPLE_RATE) / 1000;
const LEAST_REACH = (5 * SAMPLE_RATE) / 1000;
/** The largest error of a place in slow motion, where the source is stretched; in samples of the result. */
const MOST_OFF = (11 * SAMPLE_RATE) / 1000;
/** The distance to an onset of a window that does not contain it. */
const CLEAR = Math.round(WINDOW * 0.45);
/** The search first uses steps of this many samples, and then looks around the best place. */
const COARSE = 4;
/** The number of samples of the result that are made at once: about half a second. */
const PART = 48 * HOP;
/** The silence before the first sample, for the detector of onsets: 50 ms. */
const BEFORE = 50 * BLOCK;

const HANN = Float32Array.from(
  { length: WINDOW },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / WINDOW),
);

/** A stretch of the source in memory. */
interface Span {
  from: number;
  channels: readonly Float32Array[];
  mono: Float32Array;
}

function monoOf(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), second] = channels;
  return second === undefined ? first : first.map((value, at) => value + (second[at] ?? 0));
}

/** The similarity of the windows at `at` and at `wanted`: 1 equal, 0 unrelated. */
function likeness({ mono, from }: Span, wanted: number, at: number, step: number): number {
  let product = 0;
  let energy = 1e-9;
  for (let sample = 0; sample < WINDOW; sample += step) {
    const value = mono[at - from + sample] ?? 0;
    product += value * (mono[wanted - from + sample] ?? 0);
    energy += value * value;
  }
  return product / Math.sqrt(energy);
}

/**
 * The place between `low` and `high` where a window best continues the one that begins at `wanted`; among equals, the
 * place nearest to `ideal`.
 */
function bestPlace(span: Span, wanted: number, ideal: number, [low, high]: readonly [number, number]): number {
  let best = Math.min(high, Math.max(low, ideal));
  let most = likeness(span, wanted, best, COARSE) * 1.001;
  const consider = (at: number, step: number): void => {
    const score = likeness(span, wanted, at, step);
    if (score > most) [best, most] = [at, score];
  };
  for (let at = low; at <= high; at += COARSE) consider(at, COARSE);
  const middle = best;
  most = likeness(span, wanted, best, 2);
  for (let at = Math.max(low, middle - COARSE + 1); at <= Math.min(high, middle + COARSE - 1); at++) consider(at, 2);
  return best;
}

/**
 * Plays a sound faster or slower at the same pitch: it overlaps windows of the sound, each taken near its place where
 * it best continues the one before (WSOLA, Verhelst and Roelands 1993). Onsets stay exactly at their time, and are
 * neither doubled nor lost: around them the sound runs at its original speed.
 * @param rate sample `n` of the result is sample `n · rate` of the source
 * @param range the samples `from` to `to` of the result, which is yielded in parts
 */
export async function* stretch(
  read: ReadSamples,
  rate: number,
  [from, to]: readonly [number, number],
): AsyncGenerator<Float32Array[]> {
  const reach = Math.max(LEAST_REACH, Math.min(REACH, Math.round(MOST_OFF * rate)));
  let scanned = Math.floor((Math.floor(from / HOP) * HOP * rate) / BLOCK) * BLOCK - WINDOW - 2 * REACH - BEFORE;
  scanned = Math.floor(scanned / BLOCK) * BLOCK;
  const finder = createOnsetFinder(scanned);
  /** The start of the previous window. */
  let previous: number | undefined;
  let tail: Float32Array[] | undefined;
  // Each window is centred on a multiple of HOP; the first half of the first one is not complete.
  for (let start = Math.floor(from / HOP) * HOP - HOP; start < to; start += PART) {
    const low = Math.floor(start * rate) - 2 * WINDOW - 2 * REACH;
    const high = Math.ceil((start + PART + 2 * WINDOW) * rate) + 4 * WINDOW + 2 * REACH;
    const begin = Math.min(low, scanned);
    const end = Math.ceil(high / BLOCK) * BLOCK;
    const channels = await read(begin, end - begin);
    const span = { from: begin, channels, mono: monoOf(channels) };
    for (; scanned + BLOCK <= end; scanned += BLOCK) finder.take(channels, scanned - begin, scanned - begin + BLOCK);
    const { onsets } = finder;
    const out = channels.map((_, channel) => {
      const buffer = new Float32Array(PART + HOP);
      buffer.set(tail?.[channel] ?? []);
      return buffer;
    });
    for (let centre = start + HOP; centre <= start + PART; centre += HOP) {
      const place = placeOf(span, centre, previous);
      add(out, span, place, centre - HOP - start);
      previous = place;
    }
    tail = out.map((buffer) => buffer.slice(PART));
    const [first, last] = [Math.max(0, from - start), Math.min(PART, to - start)];
    if (last > first) yield out.map((buffer) => buffer.slice(first, last));
    while (onsets.length > 1 && (onsets[1] ?? 0) < low) onsets.shift();
  }

  /** The start in the source of the window that is centred on a sample of the result. */
  function placeOf(span: Span, centre: number, before: number | undefined): number {
    const { onsets } = finder;
    const distance = (onset: number): number => Math.abs(centre - Math.round(onset / rate));
    const [held] = onsets.filter((onset) => distance(onset) < HOP).toSorted((a, b) => distance(a) - distance(b));
    if (held !== undefined) return held + centre - Math.round(held / rate) - HOP;
    const ideal = Math.round(centre * rate) - HOP;
    const next = onsets.find((onset) => onset / rate > centre) ?? Infinity;
    const last = onsets.findLast((onset) => onset / rate < centre) ?? -Infinity;
    const clear = (at: number): number => Math.min(Math.max(at, last + CLEAR - HOP), next - CLEAR - HOP);
    const [low, high] = [clear(ideal - reach), clear(ideal + reach)];
    if (before === undefined || low >= high) return low;
    return bestPlace(span, before + HOP, ideal, [low, high]);
  }
}

function add(out: readonly Float32Array[], { channels, from }: Span, place: number, at: number): void {
  for (const [index, buffer] of out.entries()) {
    const source = channels[index] ?? buffer;
    for (let sample = 0; sample < WINDOW; sample++)
      buffer[at + sample] = (buffer[at + sample] ?? 0) + (source[place - from + sample] ?? 0) * (HANN[sample] ?? 0);
  }
}
