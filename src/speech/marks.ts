import { withoutRanges } from '../text/without-ranges.ts';

/** Sounds that the models of version 2 and later perform if their tokenizer finds one of these words in brackets. */
const SOUNDS = [
  'breath',
  'quick_breath',
  'laughter',
  'cough',
  'clucking',
  'accent',
  'hissing',
  'sigh',
  'vocalized-noise',
  'lipsmack',
  'mn',
  'noise',
] as const;

/** Marks of CosyVoice that are performed, not read: `[laughter]`, `<strong>`, `<|en|>`. */
export const CONTROL_MARKS = new RegExp(
  String.raw`<\|[^|<>\s]{1,40}\|>|<\/?(?:strong|laughter)>|\[(?:${SOUNDS.join('|')})\]`,
  'gi',
);

const TONES = 'āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ';
/**
 * The pronunciation of a word, which models of version 3 accept instead of the word: `[j][ǐ]` in Pinyin,
 * `[HH][AH0][L][OW1]` in the phonemes of CMU. A single letter in brackets is not a pronunciation.
 */
const PRONUNCIATIONS = new RegExp(
  [
    String.raw`(?:\[(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)\])?\[[a-zü]{0,2}[${TONES}][a-zü]{0,3}\]`,
    String.raw`(?:\[[A-Z]{1,2}\]){0,6}\[(?:A[AEHOWY]|E[HRY]|I[HY]|O[WY]|U[HW])[0-2]\](?:\[[A-Z]{1,2}[0-2]?\]){0,30}`,
  ].join('|'),
  'g',
);

/** The marks that a model performs. */
export interface Performs {
  /** The words in the marks, such as `laughter`. */
  marks: ReadonlySet<string>;
  pronunciations: boolean;
}

const names = (list: readonly string[]): ReadonlySet<string> => new Set(list);
const EMPHASIS = ['strong', 'laughter'];
/** Version 1 performs marks only in mode `instruct`. */
export const PERFORMED_BY_V1_INSTRUCT: Performs = {
  marks: names(['breath', ...EMPHASIS]),
  pronunciations: false,
};
export const PERFORMED_BY_V2: Performs = { marks: names([...SOUNDS, ...EMPHASIS]), pronunciations: false };
export const PERFORMED_BY_V3: Performs = { ...PERFORMED_BY_V2, pronunciations: true };
export const PERFORMED_BY_NONE: Performs = { marks: names([]), pronunciations: false };

const rangesOf = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    text: match[0],
  }));

/** The readable part of a text, without marks. */
export const readable = (text: string): string =>
  withoutRanges(text, [...rangesOf(text, CONTROL_MARKS), ...rangesOf(text, PRONUNCIATIONS)]).trim();

/** Whether a text has a word that can be spoken. */
export const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(readable(text));

const wordIn = (mark: string): string => mark.replaceAll(/[^A-Za-z_-]/g, '').toLowerCase();

/** The text for a model with only the marks that it knows, and the removed marks as they were written. */
export function performable(text: string, { marks, pronunciations }: Performs): { text: string; left: string[] } {
  const unknown = [
    ...rangesOf(text, CONTROL_MARKS).filter((mark) => !marks.has(wordIn(mark.text))),
    ...(pronunciations ? [] : rangesOf(text, PRONUNCIATIONS)),
  ];
  const known = withoutRanges(text, unknown).replaceAll(CONTROL_MARKS, (mark) => mark.toLowerCase());
  return { text: known.trim(), left: unknown.map((mark) => mark.text) };
}
