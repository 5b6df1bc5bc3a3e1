import { segmentsOf } from '../text/segments.ts';
import type { Language } from './film.ts';
import { EAST_ASIAN } from './languages.ts';

const WORD = /[\p{L}\p{N}]/u;
/** Longer runs may break anywhere, so that they stay in the frame. */
const LONGEST_KEPT_TOGETHER = 8;

/**
 * Splits Chinese text into words, so that lines break between them. `keep` marks words that must not be broken. For
 * other languages the browser's own rules are enough; see `BREAKING` in remotion/line-breaks.tsx.
 */
export function breakable(text: string, language: Language | null): { text: string; keep: boolean }[] {
  if (language !== 'zh' || !EAST_ASIAN.test(text)) return [{ text, keep: false }];
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return [...segmentsOf(text, segmenter)].map((segment) => ({
    text: segment,
    keep: WORD.test(segment) && segment.length <= LONGEST_KEPT_TOGETHER,
  }));
}
