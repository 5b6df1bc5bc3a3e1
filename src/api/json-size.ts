const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

export interface JsonSize {
  /** The depth of nested lists and objects. */
  levels: number;
  /** At least as many as there are values. */
  values: number;
}

/** Measures the result of parsing a text in one pass, whether it is JSON or not. */
export function jsonSize(text: string): JsonSize {
  let depth = 0;
  const size = { levels: 0, values: 1 };
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA) size.values++;
    else if (OPENING.has(code)) {
      size.values++;
      depth++;
      if (depth > size.levels) size.levels = depth;
    } else if (CLOSING.has(code)) depth--;
  }
  return size;
}
