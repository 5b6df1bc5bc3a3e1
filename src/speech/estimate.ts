import { CONTROL_MARKS } from './marks.ts';

export { CONTROL_MARKS } from './marks.ts';

/** The seconds that one character takes at an ordinary pace, by its script. A rough estimate is enough. */
const PACES: readonly (readonly [RegExp, number])[] = [
  [/\p{Script=Han}/u, 0.24],
  [/\p{Script=Hangul}/u, 0.19],
  [/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u, 0.14],
  // A digit may be a word of its own.
  [/\p{N}/u, 0.3],
  // Capitals are often spelled.
  [/\p{Lu}/u, 0.2],
  [/\p{L}/u, 0.072],
];
const PAUSES: readonly (readonly [RegExp, number])[] = [
  [/[.!?。！？…]/u, 0.3],
  [/[,;:，、；：—]/u, 0.2],
  [/[%$€£¥&+=@#°/_~\\]/u, 0.5],
];

const paceOf = (character: string): number =>
  [...PACES, ...PAUSES].find(([pattern]) => pattern.test(character))?.[1] ?? 0.01;

const known = new Map<string, number>();

/** The time of one character. */
export function secondsOf(character: string): number {
  const seconds = known.get(character) ?? paceOf(character);
  if (known.size < 20_000) known.set(character, seconds);
  return seconds;
}

/** `!!!` is one pause, `-----` one line. */
export const REPEATED = /([^\p{L}\p{N}])\1+|([.!?。！？…])[.!?。！？…]+/gu;

/** The approximate time to say a text, in seconds; within a factor of two for any language. */
export function estimateSeconds(text: string): number {
  let seconds = 0;
  for (const character of text.replace(CONTROL_MARKS, ' ').replace(REPEATED, '$1$2')) seconds += secondsOf(character);
  return seconds;
}

/** A generation that continues longer than this after its words has run away. */
const LONGEST_TAIL = 13;

/** The least and the most time that any voice needs for a text at any pace. Sound outside these limits is useless. */
export function plausibleSeconds(text: string): { least: number; most: number } {
  const letters = text
    .replace(CONTROL_MARKS, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
  const seconds = estimateSeconds(text);
  return { least: 0.25 * estimateSeconds(letters), most: Math.max(3 * seconds + 2, seconds + LONGEST_TAIL) };
}
