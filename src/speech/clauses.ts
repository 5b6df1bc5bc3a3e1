import { CONTROL_MARKS, estimateSeconds } from './estimate.ts';

/** Where a long sentence may be cut, best first: each pattern matches what stays at the end of the first part. */
const SEAMS = [/[;；:：。．]["'”’」』)）\]]*\s*|\s[—–-]+\s|——/gu, /[,，、]["'”’」』)）\]]*\s*/gu, /\s+/gu];
/** A part smaller than this share of the whole is no help. */
const SMALLEST_SHARE = 0.2;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const ends = (text: string, pattern: RegExp): number[] =>
  [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
const starts = (text: string, segmenter: Intl.Segmenter): number[] =>
  [...segmenter.segment(text)].map(({ index }) => index);

/** Places inside a mark, and inside what a pair of marks encloses, are no seams. */
function protectedRanges(text: string): (readonly [number, number])[] {
  const pairs = text.matchAll(/<(strong|laughter)>.*?<\/\1>/gsu);
  return [...pairs, ...text.matchAll(CONTROL_MARKS)].map((match) => [match.index, match.index + match[0].length]);
}

/** `1,000` and `12:30` are no seams either. */
const insideNumber = (text: string, at: number): boolean =>
  /\d$/.test(text.slice(0, at - 1)) && /^\d/.test(text.slice(at));

function bestCut(text: string): number {
  const whole = estimateSeconds(text);
  const ranges = protectedRanges(text);
  const allowed = (at: number): boolean =>
    at > 0 && at < text.length && !ranges.some(([from, to]) => at > from && at < to) && !insideNumber(text, at);
  const middle = (candidates: number[]): number | undefined =>
    candidates
      .map((at) => ({ at, share: estimateSeconds(text.slice(0, at)) / whole }))
      .filter(({ share }) => share >= SMALLEST_SHARE && share <= 1 - SMALLEST_SHARE)
      .toSorted((a, b) => Math.abs(a.share - 0.5) - Math.abs(b.share - 0.5))[0]?.at;
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
