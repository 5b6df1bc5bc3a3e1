const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The language that a text's letters suggest: `ja`, `ko`, `zh`, or `en` for all other scripts. */
export function guessLanguage(text: string): string {
  if (KANA.test(text)) return 'ja';
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
