import { endsInAbbreviation } from './abbreviations.ts';
import { segmentsOf } from '../text/segments.ts';
import { CONTROL_MARKS } from './marks.ts';

const OPENS = /^[\s"'“‘「『（(【《[<¿¡]*/u;
/** The characters that may stand between two sentences. */
const ONLY_MARKS = /^[^\p{L}\p{N}]*$/u;
/** The length of the end of a sentence that is examined. */
const TAIL = 100;
const ENDS = /[.!?。！？…‥：:;；]["'”’」』)）\]】》]*\s*$/u;
const CLOSES = /^[”’」』)）\]】》,，、;；:：.。!！?？…]/u;
/** Opening marks right after the end of a sentence, which the segmenter mistakes for closing ones. */
const LATE_OPENING = /(?<![“‘「『（(【《])[“‘「『（(【《]+$/u;
/** `「…」と言った`: the sentence continues after the quote. */
const QUOTED = /[」』]$/u;
const QUOTATIVE = /^(?:と|って|など|という|[のにはがをも])/u;

/** Emoji after the end of a sentence, on the same line, belong to this sentence and not to the next one. */
const LATE_EMOJI =
  /^(?:[ \t]*(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\uFE0F|\u200D|\u20E3))+[ \t]*/u;

/**
 * Whether a line break is inside a sentence, as in wrapped text: the next line begins with a small letter, and this one
 * has no end mark.
 */
const isWrapped = (piece: string, next: string): boolean =>
  /[^\n\r]\r?\n$/.test(piece) && !ENDS.test(piece) && /^[ \t]*\p{Ll}/u.test(next);

/** Whether only white space follows the last line break. */
const endsLine = (piece: string): boolean => /[\n\r]/.test(piece.slice(piece.trimEnd().length));

/**
 * Whether `next` belongs to the same sentence. `piece` is the end of the sentence so far; its beginning does not
 * matter.
 */
const belongsTogether = (piece: string, next: string, language: string): boolean =>
  isWrapped(piece, next) ||
  (!endsLine(piece) && endsInAbbreviation(piece, next.replace(OPENS, ''), language)) ||
  // Addresses, file names and the like.
  (/[.!?]$/.test(piece) && /^[\w/=&-]/.test(next)) ||
  (QUOTED.test(piece) && QUOTATIVE.test(next)) ||
  // “Is it so late?” asked the old man.
  (/[!?…]["'”’]\s+$/u.test(piece) && /^\p{Ll}/u.test(next)) ||
  ONLY_MARKS.test(next) ||
  CLOSES.test(next);

/**
 * The number of marks at the end of a piece that open the next one. A straight quote opens the next one if it has no
 * partner in this one.
 */
function lateOpening(piece: string): number {
  const marks = LATE_OPENING.exec(piece.slice(-TAIL))?.[0].length ?? 0;
  return marks === 0 && /[.!?。！？…]"$/u.test(piece.slice(-2)) && piece.split('"').length % 2 === 0 ? 1 : marks;
}

/**
 * The sentences of a script, each with the white space that follows it: joined, they are the script. The platform's
 * segmenter handles quotes, decimals and Chinese. This function corrects abbreviations, initials, list numbers and
 * wrapped lines.
 */
export function sentencesOf(script: string, language: string): string[] {
  const sentences: string[] = [];
  // Blank out marks, because a mark after a full stop would hide the end of the sentence.
  const seen = script.replaceAll(CONTROL_MARKS, (mark) => ' '.repeat(mark.length));
  // The sentence so far is from `start` to `at`; the segmenter has reached `end`.
  let [start, at, end] = [0, 0, 0];
  let hasWords = false;
  for (const segment of segmentsOf(seen, new Intl.Segmenter(language, { granularity: 'sentence' }))) {
    end += segment.length;
    const tail = (): string => seen.slice(Math.max(start, at - TAIL), at);
    if (at > start && !endsLine(tail())) at += LATE_EMOJI.exec(seen.slice(at, end))?.[0].length ?? 0;
    const next = end - lateOpening(seen.slice(at, end));
    const piece = seen.slice(at, next);
    if (piece === '') continue;
    if (at > start && hasWords && !belongsTogether(tail(), piece, language)) {
      sentences.push(script.slice(start, at));
      start = at;
      hasWords = false;
    }
    hasWords ||= !ONLY_MARKS.test(piece);
    at = next;
  }
  return start < script.length ? [...sentences, script.slice(start)] : sentences;
}
