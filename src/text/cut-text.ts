/** How many bytes of UTF-8 a code point takes. */
const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_00_00 ? 3 : 4;

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/**
 * How many UTF-16 units at the beginning of a text have at most so many bytes in UTF-8, never part of a character.
 * Looks no further.
 */
function unitsWithin(text: string, most: number): number {
  // No unit takes more than three bytes.
  if (text.length * 3 <= most) return text.length;
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at) ?? 0;
    bytes += bytesOf(codePoint);
    if (bytes > most) return at;
    at += codePoint > 0xff_ff ? 2 : 1;
  }
  return text.length;
}

/** The longest beginning of a text that has at most so many bytes in UTF-8. Pure: workflow code uses it too. */
export const firstBytes = (text: string, most: number): string => text.slice(0, unitsWithin(text, most));

/** The same, with `…` in place of the cut part. @param most bytes, the ellipsis included. */
export const cutText = (text: string, most: number): string =>
  unitsWithin(text, most) === text.length ? text : firstBytes(text, most - ELLIPSIS_BYTES) + ELLIPSIS;

/** A run of blanks that says nothing more than a few of them. */
const BLANKS = /[^\S\n]{5,}|\n{3,}/g;

/**
 * The same of a message: runs of blanks become one, so that programs which look for line ends by regular expressions
 * stay quick.
 */
export const cutMessage = (text: string, most: number): string => cutText(text, most).replaceAll(BLANKS, ' ');
