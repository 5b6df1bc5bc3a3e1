import type { Language } from './film.ts';

export type { Language };

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HANGUL = /\p{Script=Hangul}/u;
const HAN = /\p{Script=Han}/u;
/** Ideographs and kana, their punctuation, full-width forms. */
export const EAST_ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
export const EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** No font of the project has keycaps, so `1️⃣` becomes `1`. */
export const withoutKeycaps = (text: string): string => text.replace(/\ufe0f?\u20e3/g, '');

/** All control characters except line breaks and tabs; browsers draw boxes for them. */
const CONTROL = /[^\P{Control}\n\r\t]/gu;
/** Korean in single letters, as in file names of macOS. Fonts have whole syllables. */
const JAMO = /[\u1100-\u11ff]+/g;
/** Narrow kana with a separate mark; no font has both in one file. */
const HALF_WIDTH = /[\uff66-\uff9d][\uff9e\uff9f]/g;
/** The part of a text that is drawn. */
export const drawnText = (text: string): string =>
  withoutKeycaps(text)
    .replace(CONTROL, '')
    .replace(JAMO, (syllables) => syllables.normalize('NFC'))
    .replace(HALF_WIDTH, (letter) => letter.normalize('NFKC'));

/** The language that a text alone proves; null if none. Text in ideographs alone may be Chinese or Japanese. */
function proven(text: string): Language | null {
  if (KANA.test(text)) return 'ja';
  return HANGUL.test(text) ? 'ko' : null;
}

/** The language of lines in ideographs alone: Japanese only if lines with kana outnumber them. */
function ideographs(lines: readonly string[]): 'ja' | 'zh' {
  let balance = 0;
  for (const line of lines) {
    const language = proven(line);
    if (language === 'ja') balance++;
    else if (language === null && HAN.test(line)) balance--;
  }
  return balance > 0 ? 'ja' : 'zh';
}

/**
 * The East Asian language of each line of a film; null for other scripts. It determines the shape of shared ideographs,
 * and where the line may break.
 */
export function languagesOf(lines: readonly string[]): (Language | null)[] {
  const undecided = ideographs(lines);
  return lines.map((line) => proven(line) ?? (EAST_ASIAN.test(line) ? undecided : null));
}
