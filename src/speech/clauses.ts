import { segmentsOf } from '../text/segments.ts';
import { CONTROL_MARKS, estimateSeconds, REPEATED, secondsOf } from './estimate.ts';

/** Where a long sentence may be cut, best first. Each pattern matches the end of the first part. */
const SEAMS = [/[;；:：。．]["'”’」』)）\]]*\s*|(?<=\s)[—–-]+\s|——/gu, /[,，、]["'”’」』)）\]]*\s*/gu, /\s+/gu];
/** A part smaller than this share of the whole is not useful. */
const SMALLEST_SHARE = 0.2;
/**
 * If a part is longer than this, only a window around its middle is segmented into words and characters, because
 * segmenting is slow.
 */
const [LONG, WINDOW] = [100, 50];

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A sentence is never cut inside a mark, or between a pair of marks. */
function protectedRanges(text: string): (readonly [number, number])[] {
  const ranges = [...text.matchAll(CONTROL_MARKS)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  );
  for (const name of ['strong', 'laughter']) {
    let open: number | undefined;
    for (const tag of text.matchAll(new RegExp(`<(/?)${name}>`, 'gu'))) {
      if (tag[1] === '') open ??= tag.index;
      else if (open !== undefined) {
        ranges.push([open, tag.index + tag[0].length]);
        open = undefined;
      }
    }
  }
  return ranges;
}

/** A sentence is never cut inside `1,000` or `12:30`. */
const insideNumber = (text: string, at: number): boolean => /\d/.test(text[at - 2] ?? '') && /\d/.test(text[at] ?? '');

/** The running sum before each place. */
function sumsOf(weights: Float64Array): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  for (let at = 0; at < weights.length; at++) sums[at + 1] = (sums[at] ?? 0) + (weights[at] ?? 0);
  return sums;
}

/** The seconds before each place of a text: `read` if marks were read aloud, `said` as in `estimateSeconds`. */
function secondsBefore(text: string): { read: Float64Array; said: Float64Array } {
  const weights = new Float64Array(text.length);
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    at += character.length;
    weights[at - 1] = secondsOf(character);
  }
  const read = sumsOf(weights);
  for (const { index, 0: mark } of text.matchAll(CONTROL_MARKS)) weights.fill(0, index, index + mark.length);
  for (const { index, 0: run } of text.matchAll(REPEATED))
    weights.fill(0, index + String.fromCodePoint(run.codePointAt(0) ?? 0).length, index + run.length);
  return { read, said: sumsOf(weights) };
}

/** The first index whose value is at least `wanted`; the values increase. */
function firstNotBelow(length: number, valueAt: (index: number) => number, wanted: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Cuts a sentence into parts of at most `seconds` each, at clauses if it has some, otherwise between words. It loses
 * and adds nothing. Its time grows linearly with the length, whatever the text is.
 */
export function cutIntoClauses(sentence: string, seconds: number): Iterable<string> {
  return estimateSeconds(sentence) <= seconds ? [sentence] : partsOf(sentence, seconds);
}

function* partsOf(sentence: string, seconds: number): Generator<string> {
  const { read, said } = secondsBefore(sentence);
  const before = (at: number): number => read[at] ?? 0;
  const inside = new Uint8Array(sentence.length + 1);
  for (const [from, to] of protectedRanges(sentence)) inside.fill(1, from + 1, to);
  const isSeam = (at: number): boolean => inside[at] === 0 && !insideNumber(sentence, at);
  const seams = SEAMS.map((pattern) =>
    [...sentence.matchAll(pattern)].map((match) => match.index + match[0].length).filter(isSeam),
  );

  /** The place nearest to the middle of a part; undefined if it is not useful. */
  function nearest(places: readonly number[], from: number, to: number): number | undefined {
    const middle = (before(from) + before(to)) / 2;
    const index = firstNotBelow(places.length, (one) => before(places[one] ?? 0), middle);
    const distance = (at: number): number => Math.abs(before(at) - middle);
    const [best] = [places[index - 1], places[index]]
      .filter((at) => at !== undefined && at > from && at < to)
      .toSorted((a = 0, b = 0) => distance(a) - distance(b));
    const farthest = (0.5 - SMALLEST_SHARE) * (before(to) - before(from));
    return best !== undefined && distance(best) <= farthest ? best : undefined;
  }

  /** Where words or characters begin around the middle of a part. */
  function startsAround(segmenter: Intl.Segmenter, from: number, to: number): number[] {
    const middle = firstNotBelow(sentence.length, before, (before(from) + before(to)) / 2);
    const first = to - from > LONG ? Math.max(from, middle - WINDOW / 2) : from;
    const last = to - from > LONG ? Math.min(to, first + WINDOW) : to;
    const places: number[] = [];
    let at = first;
    for (const piece of segmentsOf(sentence.slice(first, last), segmenter)) {
      places.push(at);
      at += piece.length;
    }
    // The first piece of a window may have begun before it.
    return places.slice(1);
  }

  function cutOf(from: number, to: number): number | undefined {
    for (const places of seams) {
      const cut = nearest(places, from, to);
      if (cut !== undefined) return cut;
    }
    const cut = nearest(startsAround(words, from, to).filter(isSeam), from, to);
    if (cut !== undefined) return cut;
    const anywhere = startsAround(characters, from, to);
    return nearest(anywhere, from, to) ?? anywhere[anywhere.length >> 1];
  }

  const open: [number, number][] = [[0, sentence.length]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [from, to] = part;
    const cut = (said[to] ?? 0) - (said[from] ?? 0) <= seconds ? undefined : cutOf(from, to);
    if (cut === undefined) yield sentence.slice(from, to);
    else open.push([cut, to], [from, cut]);
  }
}
