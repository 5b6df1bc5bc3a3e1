import { firstBytes } from '../text/cut-text.ts';

/** The longest log line in bytes; a longer one is cut and marked. */
const LONGEST_BYTES = 8192;

/** All characters that Unicode or terminals treat as the end of a line. */
const LINE_ENDS = /[\n\r\v\f\u0085\u2028\u2029]+/;
/**
 * Characters that people do not see but terminals obey: control characters, marks that turn the direction of the text,
 * and invisible ones, in which whole texts can hide. The joiners U+200C and U+200D and the selectors U+FE00 to U+FE0F
 * stay, which emoji and scripts need, and line ends.
 */
const UNSEEN =
  /(?![\t-\r]|\u200c|\u200d|[\ufe00-\ufe0f])[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu;

/** Half a letter, an unpaired surrogate, becomes U+FFFD, as in UTF-8. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** A text without invisible characters, but with its line ends. */
export const visible = (text: string): string => wellFormed(text).replaceAll('\r\n', '\n').replace(UNSEEN, '');

/** Any text as one line of a log: line ends become ` | `, invisible characters are removed, and a long text is cut. */
export function oneLine(text: string): string {
  // Looked at before it is cleaned, so that a text of any length costs no more than the line that is kept of it.
  const looked = text.slice(0, 4 * LONGEST_BYTES);
  const line = wellFormed(looked)
    .split(LINE_ENDS)
    .map((part) => part.replaceAll('\t', ' ').replace(UNSEEN, '').trim())
    .filter((part) => part !== '')
    .join(' | ');
  const kept = firstBytes(line, LONGEST_BYTES);
  return kept.length === line.length && looked.length === text.length
    ? line
    : `${kept} … (cut: ${Buffer.byteLength(text)} bytes)`;
}
