import { endsInAbbreviation } from './abbreviations.ts';

const OPENS = /^[\s"'“‘「『（(【《[<¿¡]*/u;
/** What may stand between the end of a sentence and the next one. */
const ONLY_MARKS = /^[^\p{L}\p{N}]*$/u;
const ENDS = /[.!?。！？…‥：:;；]["'”’」』)）\]】》]*\s*$/u;
const CLOSES = /^[”’」』)）\]】》,，、;；:：.。!！?？…]/u;
/** Opening marks right after the end of a sentence, which the segmenter takes for closing ones. */
const LATE_OPENING = /[“‘「『（(【《]+$/u;
/** `「…」と言った`: the sentence goes on after the quote. */
const QUOTED = /[」』]$/u;
const QUOTATIVE = /^(?:と|って|など|という|[のにはがをも])/u;

/** Emoji after the end of a sentence, on the same line, are its last words and not the first of the next one. */
const LATE_EMOJI =
  /^(?:[ \t]*[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\uFE0F\u200D\u20E3])+[ \t]*/u;

/** A line break inside a sentence, as in text wrapped to a width: the next line begins small and this one does not end. */
const isWrapped = (piece: string, next: string): boolean =>
  /[^\n\r]\r?\n$/.test(piece) && !ENDS.test(piece) && /^[ \t]*\p{Ll}/u.test(next);

const belongsTogether = (piece: string, next: string, language: string): boolean =>
  isWrapped(piece, next) ||
  (!/[\n\r]\s*$/.test(piece) && endsInAbbreviation(piece, next.replace(OPENS, ''), language)) ||
  // Addresses, file names and the like.
  (/[.!?]$/.test(piece) && /^[\w/=&-]/.test(next)) ||
  (QUOTED.test(piece) && QUOTATIVE.test(next)) ||
  // “Is it so late?” asked the old man.
  (/[!?…]["'”’]\s+$/u.test(piece) && /^\p{Ll}/u.test(next)) ||
  ONLY_MARKS.test(next) ||
  ONLY_MARKS.test(piece) ||
  CLOSES.test(next);

/** The straight quote at the end of a piece opens the next one when it has no partner in this one. */
const opensLate = (piece: string): string =>
  LATE_OPENING.exec(piece)?.[0] ?? (/[.!?。！？…]"$/u.test(piece) && piece.split('"').length % 2 === 0 ? '"' : '');

/**
 * The sentences of a script, each with the white space that follows it: joined they are the script. The segmenter of the
 * platform knows quotes, decimals and Chinese; abbreviations, initials, list numbers and wrapped lines are put right here.
 */
export function sentencesOf(script: string, language: string): string[] {
  const sentences: string[] = [];
  let opening = '';
  for (const { segment } of new Intl.Segmenter(language, { granularity: 'sentence' }).segment(script)) {
    const whole = opening + segment;
    opening = opensLate(whole);
    const before = sentences.at(-1);
    const late = before === undefined || /[\n\r]\s*$/.test(before) ? '' : (LATE_EMOJI.exec(whole)?.[0] ?? '');
    if (late !== '') sentences[sentences.length - 1] = before + late;
    const piece = whole.slice(late.length, whole.length - opening.length);
    const last = sentences.at(-1);
    if (last !== undefined && belongsTogether(last, piece, language)) sentences[sentences.length - 1] = last + piece;
    else if (piece !== '') sentences.push(piece);
  }
  return opening === '' ? sentences : [...sentences.slice(0, -1), (sentences.at(-1) ?? '') + opening];
}
