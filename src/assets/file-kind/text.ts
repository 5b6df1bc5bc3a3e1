/**
 * The beginning of a file as text, decoded by its byte order mark or as UTF-8. Invalid bytes become replacement
 * characters.
 */
export function decodeText(head: Buffer): string {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return head.toString('utf16le', 2);
  if (mark === 0xfeff)
    return Buffer.from(head.subarray(2, head.length & ~1))
      .swap16()
      .toString('utf16le');
  return new TextDecoder('utf-8').decode(head);
}

/** All control characters except white space and the escape of coloured terminals. */
// oxlint-disable-next-line no-control-regex -- no text has them
const CONTROL = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/;

/** Whether these bytes are UTF-8; the last character may be cut. */
export function isText(head: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return text !== '' && !CONTROL.test(text);
  } catch {
    return false;
  }
}

/** Whether this may be the beginning of an object or a list in JSON. */
export const looksLikeJson = (text: string): boolean => /^\s*(?:\{\s*["}]|\[\s*["{[\]\d])/.test(text);
