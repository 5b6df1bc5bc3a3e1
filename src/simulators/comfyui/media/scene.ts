import type { Made } from '../nodes/node-class.ts';

export interface Raster {
  width: number;
  height: number;
  rgb: Uint8Array;
}

export function paintScene(made: Made, width: number, height: number, index: number): Raster {
  const rgb = new Uint8Array(width * height * 3);
  const colour = made.colour ?? Math.imul((made.seed ?? 0) + index + 1, 2_654_435_761) & 0xffffff;
  for (let at = 0; at < rgb.length; at += 3) {
    rgb[at] = colour >> 16;
    rgb[at + 1] = (colour >> 8) & 255;
    rgb[at + 2] = colour & 255;
  }
  return { width, height, rgb };
}
