import { createCoverage, straighten, type Coverage } from './coverage.ts';
import { dejaVu, type Font } from './font-file.ts';

export type FontName = Parameters<typeof dejaVu>[0];

const widthIn = (font: Font, text: string): number =>
  [...text].reduce((sum, character) => sum + font.glyph(character.codePointAt(0) ?? 32).advance, 0) / font.unitsPerEm;

/** How wide a text is. @param size height of the font in pixels. */
export const textWidth = (name: FontName, text: string, size: number): number => widthIn(dejaVu(name), text) * size;

/** Draws a text into a coverage; `y` is its upper edge. */
export function drawText(
  onto: Coverage,
  name: FontName,
  text: string,
  place: { x: number; y: number; size: number },
): void {
  const font = dejaVu(name);
  const scale = place.size / font.unitsPerEm;
  const baseline = place.y + font.ascent * scale;
  let pen = place.x;
  for (const character of text) {
    const { advance, contours } = font.glyph(character.codePointAt(0) ?? 32);
    for (const contour of contours)
      onto.add(straighten(contour).map(([x, y]) => [pen + x * scale, baseline - y * scale] as const));
    pen += advance * scale;
  }
}

/** Breaks a text into lines that fit; what does not fit into `most` of them ends in an ellipsis. */
export function wrapText(name: FontName, text: string, size: number, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(name, longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines.slice(0, most).at(-1) ?? '';
  return [...lines.slice(0, most - 1), `${last.replace(/(?<!\W)\W*(?<!\w)\w+\W*$/, '')}…`];
}

export { createCoverage };
