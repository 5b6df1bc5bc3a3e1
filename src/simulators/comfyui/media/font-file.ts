import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A corner of an outline; curves are quadratic, with their middle points off the curve. */
export interface OutlinePoint {
  x: number;
  y: number;
  onCurve: boolean;
}

export interface Glyph {
  /** In font units, like the points. */
  advance: number;
  contours: OutlinePoint[][];
}

export interface Font {
  unitsPerEm: number;
  ascent: number;
  /** What stands for a character; a box for one that the font does not have. */
  glyph(codePoint: number): Glyph;
}

const ON_CURVE = 1;
const SHORT = [2, 4] as const;
const REPEATED = 8;
const SAME = [16, 32] as const;
const WORDS = 1;
const MORE = 32;

/** Character to glyph, from the table that has all of Unicode (format 12). */
function readCharacters(cmap: Buffer): (codePoint: number) => number {
  const starts = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) => cmap.readUInt32BE(4 + index * 8 + 4));
  const start = starts.find((at) => cmap.readUInt16BE(at) === 12) ?? 0;
  const groups = Array.from({ length: cmap.readUInt32BE(start + 12) }, (_, index) => {
    const at = start + 16 + index * 12;
    return { first: cmap.readUInt32BE(at), last: cmap.readUInt32BE(at + 4), glyph: cmap.readUInt32BE(at + 8) };
  });
  return (codePoint) => {
    const group = groups.find(({ first, last }) => codePoint >= first && codePoint <= last);
    return group === undefined ? 0 : group.glyph + codePoint - group.first;
  };
}

function readSimple(glyf: Buffer, start: number, contourCount: number): OutlinePoint[][] {
  let at = start + 10;
  const ends = Array.from({ length: contourCount }, (_, index) => glyf.readUInt16BE(at + index * 2));
  at += contourCount * 2;
  at += 2 + glyf.readUInt16BE(at);
  const count = (ends.at(-1) ?? -1) + 1;
  const flags: number[] = [];
  while (flags.length < count) {
    const flag = glyf.readUInt8(at++);
    const times = flag & REPEATED ? glyf.readUInt8(at++) : 0;
    for (let time = 0; time <= times; time++) flags.push(flag);
  }
  const [xs, ys] = ([0, 1] as const).map((axis) => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & SHORT[axis]) value += (flag & SAME[axis] ? 1 : -1) * glyf.readUInt8(at++);
      else if (!(flag & SAME[axis])) {
        value += glyf.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  });
  const points = flags.map((flag, index) => ({
    x: xs?.[index] ?? 0,
    y: ys?.[index] ?? 0,
    onCurve: (flag & ON_CURVE) !== 0,
  }));
  return ends.map((end, index) => points.slice((ends[index - 1] ?? -1) + 1, end + 1));
}

/** Letters with accents are made of others, each moved to its place. */
function readComposite(glyf: Buffer, start: number, outlineOf: (glyph: number) => OutlinePoint[][]): OutlinePoint[][] {
  const parts: OutlinePoint[][] = [];
  for (let at = start + 10; ;) {
    const flags = glyf.readUInt16BE(at);
    const words = (flags & WORDS) !== 0;
    const [dx, dy] = words
      ? [glyf.readInt16BE(at + 4), glyf.readInt16BE(at + 6)]
      : [glyf.readInt8(at + 4), glyf.readInt8(at + 5)];
    parts.push(
      ...outlineOf(glyf.readUInt16BE(at + 2)).map((contour) =>
        contour.map((point) => ({ ...point, x: point.x + dx, y: point.y + dy })),
      ),
    );
    if (!(flags & MORE)) return parts;
    at += (words ? 8 : 6) + (flags & 8 ? 2 : flags & 64 ? 4 : flags & 128 ? 8 : 0);
  }
}

/** Reads a TrueType font; enough of the format for DejaVu. */
export function readFont(file: Buffer): Font {
  const table = (tag: string): Buffer => {
    for (let at = 12; ; at += 16)
      if (file.toString('latin1', at, at + 4) === tag)
        return file.subarray(file.readUInt32BE(at + 8), file.readUInt32BE(at + 8) + file.readUInt32BE(at + 12));
  };
  const [head, hhea, hmtx, loca, glyf] = [table('head'), table('hhea'), table('hmtx'), table('loca'), table('glyf')];
  const long = head.readInt16BE(50) === 1;
  const place = (glyph: number): number => (long ? loca.readUInt32BE(glyph * 4) : loca.readUInt16BE(glyph * 2) * 2);
  const metrics = hhea.readUInt16BE(34);
  const glyphOf = readCharacters(table('cmap'));
  const outlineOf = (glyph: number): OutlinePoint[][] => {
    const start = place(glyph);
    if (start === place(glyph + 1)) return [];
    const contours = glyf.readInt16BE(start);
    return contours >= 0 ? readSimple(glyf, start, contours) : readComposite(glyf, start, outlineOf);
  };
  return {
    unitsPerEm: head.readUInt16BE(18),
    ascent: hhea.readInt16BE(4),
    glyph: (codePoint) => {
      const glyph = glyphOf(codePoint);
      return { advance: hmtx.readUInt16BE(Math.min(glyph, metrics - 1) * 4), contours: outlineOf(glyph) };
    },
  };
}

const fonts = new Map<string, Font>();

/** A font of the DejaVu package, which covers Latin, Greek and Cyrillic. */
export function dejaVu(name: 'DejaVuSans' | 'DejaVuSans-Bold'): Font {
  const known = fonts.get(name);
  if (known !== undefined) return known;
  const font = readFont(readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
  fonts.set(name, font);
  return font;
}
