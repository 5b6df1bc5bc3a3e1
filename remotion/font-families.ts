import { EAST_ASIAN, EMOJI, type Language } from './languages.ts';

/** The language's own font first; the others supply what it lacks, such as traditional characters. */
const EAST_ASIAN_FONTS: Record<Language, string[]> = {
  zh: ['Noto Sans SC', 'Noto Sans JP', 'Noto Sans KR'],
  ja: ['Noto Sans JP', 'Noto Sans SC', 'Noto Sans KR'],
  ko: ['Noto Sans KR', 'Noto Sans SC', 'Noto Sans JP'],
};

/** The families that a line needs, in the order in which they are tried for each character. */
export function familiesFor(text: string, language: Language | null): string[] {
  const emoji = EMOJI.test(text) ? ['Twemoji'] : [];
  const eastAsian = EAST_ASIAN.test(text) ? EAST_ASIAN_FONTS[language ?? 'zh'] : [];
  return ['Inter', ...emoji, ...eastAsian];
}

/** Value of CSS `font-family` for a line; the system's font comes last. */
export const fontFamily = (text: string, language: Language | null): string =>
  [...familiesFor(text, language).map((family) => `"${family}"`), 'sans-serif'].join(', ');
