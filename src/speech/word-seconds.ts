import { CONTROL_MARKS, secondsOf } from './estimate.ts';

/** Writing systems whose characters take about the same time to say. */
export type WritingSystem = 'alphabetic' | 'han' | 'japanese' | 'hangul' | 'other';

/** The seconds that a voice of ordinary pace takes for the words of a text, without silence. */
export interface WordSeconds {
  /** If numbers, abbreviations and symbols are read in the shortest way. */
  least: number;
  usual: number;
  /** If they are read sign by sign. */
  most: number;
  /** Null for a mixture. */
  system: WritingSystem | null;
}

const SYSTEMS: readonly (readonly [RegExp, WritingSystem])[] = [
  [/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u, 'alphabetic'],
  [/\p{Script=Han}/u, 'han'],
  [/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u, 'japanese'],
  [/\p{Script=Hangul}/u, 'hangul'],
];
/** The share of the words that one system needs for the text to count as written in it. */
const MOST_OF_IT = 0.8;

type Seconds = readonly [least: number, usual: number, most: number];
/** `2024` is four words, `1000000` two. */
const DIGIT: Seconds = [0.08, 0.3, 0.5];
/** `NASA` is read, `FBI` spelled. */
const CAPITAL: Seconds = [0.07, 0.14, 0.3];
const SYMBOL: Seconds = [0, 0.2, 0.6];
const EMOJI: Seconds = [0, 0, 0.8];
/** `Dr.` */
const FULL_STOP: Seconds = [0, 0, 0.4];
/** `example.com/a`, `12:30` */
const INSIDE_A_WORD: Seconds = [0, 0.1, 0.4];
/** The estimated seconds of a mark such as `[laughter]`. */
const PERFORMED = 2;

const isWordPart = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');

/** @returns undefined for a silent part */
function secondsAt(characters: readonly string[], at: number): Seconds | undefined {
  const [before, character = '', after] = [characters[at - 1], characters[at], characters[at + 1]];
  if (/\p{L}/u.test(character)) {
    const isSpelled = /\p{Lu}/u.test(character) && (/\p{Lu}/u.test(before ?? '') || /[\p{Lu}.]/u.test(after ?? ''));
    const seconds = secondsOf(character.toLowerCase());
    return isSpelled ? CAPITAL : [seconds, seconds, seconds];
  }
  if (/\p{N}/u.test(character)) return DIGIT;
  if (/\p{Extended_Pictographic}/u.test(character)) return EMOJI;
  if (/[.:/]/.test(character) && isWordPart(before) && isWordPart(after)) return INSIDE_A_WORD;
  if (character === '.' && after !== undefined) return FULL_STOP;
  return /[%$€£¥&+=@#°_~\\<>|^*\p{Sm}\p{Sc}]/u.test(character) ? SYMBOL : undefined;
}

const systemOf = (letter: string): WritingSystem => SYSTEMS.find(([pattern]) => pattern.test(letter))?.[1] ?? 'other';

function writtenIn(letters: ReadonlyMap<WritingSystem, number>): WritingSystem | null {
  const seconds = new Map(letters);
  const kana = seconds.get('japanese');
  // Japanese also uses Chinese characters.
  if (kana !== undefined) {
    seconds.set('japanese', kana + (seconds.get('han') ?? 0));
    seconds.delete('han');
  }
  const whole = [...seconds.values()].reduce((sum, one) => sum + one, 0);
  return [...seconds].find(([, one]) => one >= MOST_OF_IT * whole)?.[0] ?? null;
}

export function wordSeconds(text: string): WordSeconds {
  const letters = new Map<WritingSystem, number>();
  // The end of the text does not end an abbreviation.
  const characters = [...text.replace(CONTROL_MARKS, ' ').replace(/[.\s"'”’)\]]{1,20}$/, '')];
  let [least, usual, most] = [0, 0, PERFORMED * (text.match(/\[[a-z_-]+\]|<laughter>/g) ?? []).length];
  for (const [at, character] of characters.entries()) {
    const seconds = secondsAt(characters, at);
    if (seconds === undefined) continue;
    least += seconds[0];
    usual += seconds[1];
    most += seconds[2];
    if (!/\p{L}/u.test(character)) continue;
    const system = systemOf(character);
    letters.set(system, (letters.get(system) ?? 0) + seconds[1]);
  }
  return { least, usual, most: Math.max(most, usual), system: writtenIn(letters) };
}
