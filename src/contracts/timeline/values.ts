import { z } from 'zod';
import { MOST_FRAMES, TOO_LONG } from '../../film/longest-film.ts';
import { isColour } from '../colour.ts';
import { number, prose, plainText } from '../fields.ts';
import { textInstead, withLineBreaks } from '../text-instead.ts';

/** A property that its own function reads. */
export const elsewhere = z.unknown().optional();

export const frame = number(
  z.int('expected a whole number of frames').min(0, 'expected a frame of 0 or later').max(MOST_FRAMES, TOO_LONG),
);
export const frames = number(
  z.int('expected a whole number of frames').min(1, 'expected at least 1 frame').max(MOST_FRAMES, TOO_LONG),
);
const MOST_SECONDS = 1e6;
const timeIn = (unit: string, most: number) =>
  number(
    z
      .number(`expected a number of ${unit}`)
      .min(0, `expected 0 ${unit} or more`)
      .max(most, `expected at most ${most} ${unit}`),
  );
export const seconds = timeIn('seconds', MOST_SECONDS);
export const milliseconds = timeIn('milliseconds', MOST_SECONDS * 1000);

/** 0–1 */
export const share = number(
  z.number('expected a number from 0 to 1').min(0, 'expected 0 or more').max(1, 'expected at most 1'),
);
export const between = (least: number, most: number) =>
  number(
    z
      .number(`expected a number from ${least} to ${most}`)
      .min(least, `expected at least ${least}`)
      .max(most, `expected at most ${most}`),
  );

const COLOUR = 'expected a CSS colour, such as "#16324f", "navy" or "rgb(22 50 79)"';
export const colour = z
  .string(COLOUR)
  .trim()
  .refine(isColour, { error: ({ input }) => COLOUR + textInstead(input) });

export const FILE = 'expected the path of a file under ASSET_PATH';
export const assetPath = plainText(FILE).trim().pipe(z.string().min(1, 'expected the path of a file'));

/** In characters. Nobody could read more in the time, and every character costs time in each frame. */
export const LONGEST_TEXT = 5000;
/** Text to show; a number is its digits. */
export const shownText = prose(
  plainText('expected text')
    .transform(withLineBreaks)
    .pipe(z.string().max(LONGEST_TEXT, `expected at most ${LONGEST_TEXT} characters`)),
);

/** The word that some programs write for "nothing". */
export const isNone = (value: unknown): boolean => typeof value === 'string' && value.trim().toLowerCase() === 'none';

const MOST_LENGTH = 1_000_000;
const LENGTH = 'expected pixels as a number, or a string such as "120px" or "50%"';
/** A CSS length; a bare number in a string is a number of pixels. */
export const length = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
    z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?(px|%)?$/, LENGTH)], LENGTH),
  )
  .transform((value) => (Number.isNaN(Number(value)) ? value : Number(value)))
  .refine((value) => Math.abs(parseFloat(String(value))) <= MOST_LENGTH, `expected at most ${MOST_LENGTH} pixels`);
/** A width or a height. CSS ignores a negative one, and 0 would be invisible. */
export const size = length.refine((value) => parseFloat(String(value)) > 0, 'expected more than 0');
