import type { CSSProperties } from 'react';

export const LINE_HEIGHT = 1.25;
export const BOX_LINE_HEIGHT = 1.5;

/** Measures of Inter in ems; its Latin face measures every line. */
const ASCENT = 0.96875;
const DESCENT = 0.2412;

/** Height of the ground that a browser paints behind a line of type, in pixels. */
const groundHeight = (fontSize: number): number => Math.round(ASCENT * fontSize) + Math.round(DESCENT * fontSize);

/**
 * Height in pixels of a line on a box: boxes of neighbouring lines must touch, and must not overlap where they are
 * translucent.
 */
export function boxLineHeight(fontSize: number): number {
  const height = Math.round(BOX_LINE_HEIGHT * fontSize);
  return height + ((height - groundHeight(fontSize)) % 2);
}

/** Style of the span that holds text on a box; each of its lines gets a box of its own. */
export const boxStyle = (fontSize: number, color: string): CSSProperties => ({
  backgroundColor: color,
  padding: `${(boxLineHeight(fontSize) - groundHeight(fontSize)) / 2}px ${Math.round(0.35 * fontSize)}px`,
  boxDecorationBreak: 'clone',
  WebkitBoxDecorationBreak: 'clone',
});
