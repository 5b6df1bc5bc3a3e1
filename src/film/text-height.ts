import { EAST_ASIAN } from './languages.ts';

/** The smallest type in pixels of subtitles without a given size. */
export const SMALLEST_TYPE = 4;

/**
 * The assumed width of a letter, in ems. `broad` letters are ideographs, emoji, capitals and the broadest small
 * letters.
 */
export interface LetterWidths {
  broad: number;
  other: number;
}

/** High estimates: a text that fits with them is certainly not cut off. */
export const AMPLE: LetterWidths = { broad: 1.05, other: 0.64 };
/** Low estimates: a text that does not fit even with them is certainly cut off. */
export const SCANT: LetterWidths = { broad: 0.8, other: 0.46 };

const BROAD = /[\p{Lu}\p{Extended_Pictographic}mwMW@%—]/u;

const widthInEms = (text: string, { broad, other }: LetterWidths): number => {
  let ems = 0;
  for (const character of text) ems += EAST_ASIAN.test(character) || BROAD.test(character) ? broad : other;
  return ems;
};

/**
 * Measures a text by estimate.
 * @returns the height in pixels of the text in type of `fontSize` pixels, in a column of `width` pixels; `lineHeight`
 * is in ems.
 */
export function textHeight(
  text: string,
  widths: LetterWidths,
): (fontSize: number, column: { width: number; lineHeight: number }) => number {
  const lines = text.split('\n').map((line) => widthInEms(line, widths));
  return (fontSize, { width, lineHeight }) =>
    lines.reduce((rows, ems) => rows + Math.max(1, Math.ceil((ems * fontSize) / Math.max(1, width))), 0) *
    lineHeight *
    fontSize;
}
