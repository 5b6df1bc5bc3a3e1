import { ssim } from '../helpers/ssim.ts';

/** RGB triples, row by row. */
export interface Picture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** Pixels of the squares that are looked at one by one, half over each other. */
const TILE = 16;

/**
 * One of red, green and blue of a part of a picture, lifted from black: SSIM counts differences by the share, so that what JPEG and
 * video leave of black would count more than a wrong colour elsewhere.
 */
function channelOf(
  { width, rgb }: Picture,
  channel: number,
  left: number,
  top: number,
  wide: number,
  high: number,
): Uint8Array {
  const part = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++)
      part[y * wide + x] = 64 + (rgb[((top + y) * width + left + x) * 3 + channel] ?? 0) * 0.75;
  return part;
}

/** Where tiles begin along a side. */
function starts(side: number): number[] {
  if (side <= TILE) return [0];
  const count = Math.ceil((side - TILE) / (TILE / 2)) + 1;
  return Array.from({ length: count }, (_, index) => Math.min(index * (TILE / 2), side - TILE));
}

const meanOf = (channel: Uint8Array): number => channel.reduce((sum, value) => sum + value, 0) / channel.length;

export interface Likeness {
  /** SSIM of the whole picture. */
  whole: number;
  /** SSIM of the tile where they are least alike, so that a small thing that is missing counts as much as a large one. */
  tile: number;
  /** The most by which the mean of a tile differs, of 192 from black to white: SSIM hardly sees another colour of the same shape. */
  tint: number;
}

/** How alike two pictures of one size are: each measure is that of the worst of red, green and blue, since luma alone sees no hue. */
export function likeness(a: Picture, b: Picture): Likeness {
  const { width, height } = a;
  const [wide, high] = [Math.min(TILE, width), Math.min(TILE, height)];
  const found: Likeness = { whole: 1, tile: 1, tint: 0 };
  for (const channel of [0, 1, 2]) {
    const cut = (of: Picture, left: number, top: number, w: number, h: number) =>
      channelOf(of, channel, left, top, w, h);
    const whole = [cut(a, 0, 0, width, height), cut(b, 0, 0, width, height)] as const;
    found.whole = Math.min(found.whole, ssim(...whole, width, height));
    for (const top of starts(height))
      for (const left of starts(width)) {
        const tiles = [cut(a, left, top, wide, high), cut(b, left, top, wide, high)] as const;
        found.tile = Math.min(found.tile, ssim(...tiles, wide, high));
        found.tint = Math.max(found.tint, Math.abs(meanOf(tiles[0]) - meanOf(tiles[1])));
      }
  }
  return found;
}
