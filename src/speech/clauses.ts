import { CONTROL_MARKS, estimateSeconds } from './estimate.ts';
import { segmentsOf } from '../text/segments.ts';

/** Where a long sentence may be cut, best first: each pattern matches what stays at the end of the first part. */
const SEAMS = [/[;；:：。．]["'”’」』)）\]]*\s*|\s[—–-]+\s|——/gu, /[,，、]["'”’」』)）\]]*\s*/gu, /\s+/gu];
/** A part smaller than this share of the whole is no help. */
const SMALLEST_SHARE = 0.2;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const ends = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
function starts(text: string, segmenter: Intl.Segmenter): number[] {
  const places: number[] = [];
  let at = 0;
  for (const piece of segmentsOf(text, segmenter)) {
    places.push(at);
    at += piece.length;
  }
  return places;
}

/** Places inside a mark, and inside what a pair of marks encloses, are no seams. */
function protectedRanges(text: string): (readonly [number, number])[] {
  const pairs = text.matchAll(/<(strong|laughter)>.*?<\/\1>/gsu);
  return [...pairs, ...text.matchAll(CONTROL_MARKS)].map((match) => [match.index, match.index + match[0].length]);
}

/** `1,000` and `12:30` are no seams either. */
const insideNumber = (text: string, at: number): boolean => /\d/.test(text[at - 2] ?? '') && /\d/.test(text[at] ?? '');

/** About how much of the text lies before each place, from 0 to 1; marks are taken as if they were read. */
function sharesOf(text: string): (at: number) => number {
  const sums = new Float64Array(text.length + 1);
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const next = (sums[at] ?? 0) + estimateSeconds(character);
    for (let inside = 0; inside < character.length; inside++) sums[++at] = next;
  }
  const whole = sums[text.length] ?? 0;
  return (at) => (sums[at] ?? 0) / whole;
}

function bestCut(text: string): number {
  const shareOf = sharesOf(text);
  const inside = new Uint8Array(text.length + 1);
  for (const [from, to] of protectedRanges(text)) inside.fill(1, from + 1, to);
  const allowed = (at: number): boolean => at > 0 && at < text.length && inside[at] === 0 && !insideNumber(text, at);
  const distance = (at: number): number => Math.abs(shareOf(at) - 0.5);
  const middle = (candidates: number[]): number | undefined =>
    candidates
      .filter((at) => distance(at) <= 0.5 - SMALLEST_SHARE)
      .reduce<number | undefined>(
        (best, at) => (best === undefined || distance(at) < distance(best) ? at : best),
        undefined,
      );
  for (const pattern of SEAMS) {
    const cut = middle(ends(text, pattern).filter(allowed));
    if (cut !== undefined) return cut;
  }
  const anywhere = starts(text, characters).filter((at) => at > 0);
  return (
    middle(starts(text, words).filter(allowed)) ?? middle(anywhere) ?? anywhere[anywhere.length >> 1] ?? text.length
  );
}

/** A sentence cut into parts of at most `seconds` each, at clauses where it has some, else between words; nothing lost, nothing added. */
export function cutIntoClauses(sentence: string, seconds: number): string[] {
  if (estimateSeconds(sentence) <= seconds) return [sentence];
  const cut = bestCut(sentence);
  if (cut >= sentence.length) return [sentence];
  return [...cutIntoClauses(sentence.slice(0, cut), seconds), ...cutIntoClauses(sentence.slice(cut), seconds)];
}
