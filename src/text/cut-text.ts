/** How many bytes of UTF-8 a code point takes. */
const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_00_00 ? 3 : 4;

const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/**
 * At most so many bytes of UTF-8 of a text, never part of a character; what was cut off shows as `…`. Looks at no more of the text than it
 * keeps. Pure: workflow code uses it too.
 * @param most bytes, the ellipsis included.
 */
export function cutText(text: string, most: number): string {
  // No character takes less than a byte for each of its UTF-16 units, and none more than three.
  if (text.length * 3 <= most) return text;
  let bytes = 0;
  let kept = 0;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at) ?? 0;
    const next = at + (codePoint > 0xff_ff ? 2 : 1);
    bytes += bytesOf(codePoint);
    if (bytes > most) return text.slice(0, kept) + ELLIPSIS;
    at = next;
    if (bytes <= most - ELLIPSIS_BYTES) kept = next;
  }
  return text;
}

/** A run of blanks that says nothing more than a few of them. */
const BLANKS = /[^\S\n]{5,}|\n{3,}/g;

/** The same of a message: runs of blanks become one, so that programs which look for line ends by regular expressions stay quick. */
export const cutMessage = (text: string, most: number): string => cutText(text, most).replaceAll(BLANKS, ' ');
