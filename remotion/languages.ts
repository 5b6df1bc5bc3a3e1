export type Language = 'zh' | 'ja' | 'ko';

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HANGUL = /\p{Script=Hangul}/u;
const HAN = /\p{Script=Han}/u;
/** Ideographs and kana, their punctuation, full-width forms. */
export const EAST_ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
export const EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** No font here draws keycaps; `1️⃣` becomes `1`. */
export const withoutKeycaps = (text: string): string => text.replace(/\ufe0f?\u20e3/g, '');

/** Whether a text proves its language by itself. One in ideographs alone may be Chinese or Japanese. */
function proven(text: string): Language | null {
  if (KANA.test(text)) return 'ja';
  return HANGUL.test(text) ? 'ko' : null;
}

/**
 * The East Asian language of one line, which decides the shape of shared ideographs and where the line may break; null for other scripts.
 * A line of ideographs alone is Japanese only where lines with kana outnumber such lines.
 */
export function languageOf(text: string, allLines: readonly string[]): Language | null {
  const own = proven(text);
  if (own !== null) return own;
  if (!EAST_ASIAN.test(text)) return null;
  const japanese = allLines.filter((line) => proven(line) === 'ja').length;
  const undecided = allLines.filter((line) => HAN.test(line) && proven(line) === null).length;
  return japanese > undecided ? 'ja' : 'zh';
}
