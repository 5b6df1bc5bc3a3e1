/** The number of bytes of a code point in UTF-8. */
const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_00_00 ? 3 : 4;

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/**
 * The number of UTF-16 units at the beginning of a text that have at most `most` bytes in UTF-8, without splitting a
 * character. It does not read the rest.
 */
function unitsWithin(text: string, most: number): number {
  // No unit has more than three bytes.
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

/** The longest beginning of a text with at most `most` bytes in UTF-8. Pure, because workflow code uses it too. */
export const firstBytes = (text: string, most: number): string => text.slice(0, unitsWithin(text, most));

/** The same, with `…` instead of the cut part. @param most bytes, including the ellipsis. */
export const cutText = (text: string, most: number): string =>
  unitsWithin(text, most) === text.length ? text : firstBytes(text, most - ELLIPSIS_BYTES) + ELLIPSIS;

/** A run of blanks that can be shortened. */
const BLANKS = /[^\S\n]{5,}|\n{3,}/g;

/**
 * The same for a message. It also shortens runs of blanks, so that programs that search for line ends with regular
 * expressions stay fast.
 */
export const cutMessage = (text: string, most: number): string => cutText(text, most).replaceAll(BLANKS, ' ');
