import type { Language } from './film.ts';
import { EAST_ASIAN, EMOJI } from './languages.ts';

/** The font of the language comes first; the others supply missing characters, such as traditional ones. */
const EAST_ASIAN_FONTS: Record<Language, string[]> = {
  zh: ['Noto Sans SC', 'Noto Sans JP', 'Noto Sans KR'],
  ja: ['Noto Sans JP', 'Noto Sans SC', 'Noto Sans KR'],
  ko: ['Noto Sans KR', 'Noto Sans SC', 'Noto Sans JP'],
};

/** Fonts of one script each. Inter has Latin, Greek and Cyrillic. */
const SCRIPT_FONTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Arabic}/u, 'Noto Sans Arabic'],
  [/\p{Script=Hebrew}/u, 'Noto Sans Hebrew'],
  [/\p{Script=Devanagari}/u, 'Noto Sans Devanagari'],
  [/\p{Script=Thai}/u, 'Noto Sans Thai'],
  [/\p{Script=Bengali}/u, 'Noto Sans Bengali'],
  [/\p{Script=Tamil}/u, 'Noto Sans Tamil'],
  [/\p{Script=Telugu}/u, 'Noto Sans Telugu'],
  [/\p{Script=Gujarati}/u, 'Noto Sans Gujarati'],
  [/\p{Script=Kannada}/u, 'Noto Sans Kannada'],
  [/\p{Script=Malayalam}/u, 'Noto Sans Malayalam'],
  [/\p{Script=Gurmukhi}/u, 'Noto Sans Gurmukhi'],
  [/\p{Script=Oriya}/u, 'Noto Sans Oriya'],
  [/\p{Script=Sinhala}/u, 'Noto Sans Sinhala'],
  [/\p{Script=Khmer}/u, 'Noto Sans Khmer'],
  [/\p{Script=Lao}/u, 'Noto Sans Lao'],
  [/\p{Script=Myanmar}/u, 'Noto Sans Myanmar'],
  [/\p{Script=Ethiopic}/u, 'Noto Sans Ethiopic'],
];

/** The families that a line needs, in the order in which they are tried for each character. */
export function familiesFor(text: string, language: Language | null): string[] {
  const emoji = EMOJI.test(text) ? ['Twemoji'] : [];
  const scripts = SCRIPT_FONTS.flatMap(([script, family]) => (script.test(text) ? [family] : []));
  const eastAsian = EAST_ASIAN.test(text) ? EAST_ASIAN_FONTS[language ?? 'zh'] : [];
  return ['Inter', ...emoji, ...scripts, ...eastAsian];
}

/** Value of CSS `font-family` for a line; the system's font comes last. */
export const fontFamily = (text: string, language: Language | null): string =>
  [...familiesFor(text, language).map((family) => `"${family}"`), 'sans-serif'].join(', ');
