import type { CSSProperties } from 'react';

export const LINE_HEIGHT = 1.25;
export const BOX_LINE_HEIGHT = 1.5;

/** The metrics of Inter in ems. Its Latin face sets the metrics of every line. */
const ASCENT = 0.96875;
const DESCENT = 0.2412;

/** The height in pixels of the background that a browser paints behind a line of type. */
const groundHeight = (fontSize: number): number => Math.round(ASCENT * fontSize) + Math.round(DESCENT * fontSize);

/**
 * The height in pixels of a line on a box. Boxes of neighbouring lines must touch without overlapping, because they may
 * be translucent.
 */
export function boxLineHeight(fontSize: number): number {
  const height = Math.round(BOX_LINE_HEIGHT * fontSize);
  return height + ((height - groundHeight(fontSize)) % 2);
}

/** The style of a span with text on a box. Each of its lines gets its own box. */
export const boxStyle = (fontSize: number, color: string): CSSProperties => ({
  backgroundColor: color,
  padding: `${(boxLineHeight(fontSize) - groundHeight(fontSize)) / 2}px ${Math.round(0.35 * fontSize)}px`,
  boxDecorationBreak: 'clone',
  WebkitBoxDecorationBreak: 'clone',
});
