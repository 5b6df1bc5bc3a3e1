import type { Language } from '../src/film/film.ts';
import { EAST_ASIAN, EMOJI } from '../src/film/languages.ts';

/** The language's own font first; the others supply what it lacks, such as traditional characters. */
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
