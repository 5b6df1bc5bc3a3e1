import type { PictureSubtitle, TimedWord } from './film.ts';
import { EAST_ASIAN } from './languages.ts';

/** A part of a subtitle's text. `word` is the index of its timed word, or null for text between words. */
export interface Piece {
  text: string;
  word: number | null;
}

/** Joins words into text, with spaces in scripts that use them. */
function joined(words: readonly TimedWord[]): Piece[] {
  return words.flatMap(({ text }, index): Piece[] => {
    const previous = words[index - 1]?.text.trim().at(-1);
    const piece = { text: text.trim(), word: index };
    const close = previous === undefined || (EAST_ASIAN.test(previous) && EAST_ASIAN.test(piece.text.at(0) ?? ''));
    return close ? [piece] : [{ text: ' ', word: null }, piece];
  });
}

/**
 * Splits the subtitle's text at its timed words. If the words differ from the text, they replace it, because they have
 * the times.
 */
export function piecesOf({ text, words }: Pick<PictureSubtitle, 'text' | 'words'>): Piece[] {
  if (words.length === 0) return [{ text, word: null }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const [index, { text: raw }] of words.entries()) {
    const wanted = raw.trim();
    const found = text.indexOf(wanted, at);
    if (found < 0) return joined(words);
    if (found > at) pieces.push({ text: text.slice(at, found), word: null });
    pieces.push({ text: wanted, word: index });
    at = found + wanted.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), word: null });
  return pieces;
}

/** The shown text: the text of all pieces. */
export const shownText = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');
