import { mix } from '../../noise.ts';
import type { Made } from '../nodes/node-class.ts';
import { paintLand } from './land.ts';
import { lookOf } from './look.ts';
import { seedOf } from './seed.ts';
import { paintSky } from './sky.ts';

export interface Raster {
  width: number;
  height: number;
  /** Red, green and blue of each pixel, row by row. */
  rgb: Uint8Array;
}

const GRAIN_SIZE = 8192;
/** Keeps soft gradients from showing steps. */
const GRAIN = Int8Array.from({ length: GRAIN_SIZE }, (_, index) => mix(-2, 2, ((index * 7919) % 104_729) / 104_729));

function addGrain(rgb: Uint8Array): void {
  for (let at = 0; at < rgb.length; at++) {
    const value = (rgb[at] ?? 0) + (GRAIN[(at * 31 + (at >> 9)) & (GRAIN_SIZE - 1)] ?? 0);
    rgb[at] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}

/** A landscape that only this prompt with this seed has, without its caption; or one colour. @param index in a batch. */
export function paintScene(made: Made, width: number, height: number, index = 0): Raster {
  const rgb = new Uint8Array(width * height * 3);
  if (made.text === undefined && made.colour !== undefined) {
    const parts = [made.colour >> 16, (made.colour >> 8) & 255, made.colour & 255];
    for (let at = 0; at < rgb.length; at++) rgb[at] = parts[at % 3] ?? 0;
    return { width, height, rgb };
  }
  const look = lookOf(seedOf(made, index));
  paintSky(rgb, width, height, look);
  paintLand(rgb, width, height, look);
  addGrain(rgb);
  return { width, height, rgb };
}
