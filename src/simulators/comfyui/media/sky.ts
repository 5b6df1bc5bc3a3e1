import { hash, layeredNoise, mix, smooth } from '../../noise.ts';
import type { Look } from './look.ts';

/** The sky is soft: it is worked out for every so many pixels, and blended between them. */
const GRID = 8;
const STAR_SHARE = 0.0012;

/** Light of the sky at a place, in parts of 255. */
function skyAt(look: Look, x: number, y: number, ratio: number, into: Float32Array, at: number): void {
  const { sky, sun, horizon } = look;
  const [upper, middle, lower] = sky;
  const up = smooth(0, horizon * 0.6, y);
  const down = smooth(horizon * 0.45, horizon, y);
  const glow = 0.5 * Math.exp(-Math.hypot((x - sun.x) * ratio, y - sun.y) * 5);
  const cloud =
    0.34 *
    smooth(0.48, 0.85, layeredNoise(x * 2.6 * ratio + look.cloudShift, y * 8 + look.cloudShift)) *
    smooth(horizon, horizon * 0.4, y);
  for (let part = 0; part < 3; part++) {
    const ground = mix(mix(upper[part] ?? 0, middle[part] ?? 0, up), lower[part] ?? 0, down);
    const value = ground + glow * (sun.colour[part] ?? 0);
    into[at + part] = 255 * Math.min(1, value + cloud * (1 - value));
  }
}

/** Fills a disc with soft edges. */
function paintDisc(rgb: Uint8Array, width: number, height: number, { sun }: Look): void {
  const [cx, cy, radius] = [sun.x * width, sun.y * height, sun.size * height];
  for (let y = Math.max(0, Math.floor(cy - radius - 1)); y < Math.min(height, cy + radius + 1); y++)
    for (let x = Math.max(0, Math.floor(cx - radius - 1)); x < Math.min(width, cx + radius + 1); x++) {
      const share = smooth(radius + 1, radius - 1, Math.hypot(x + 0.5 - cx, y + 0.5 - cy));
      const at = (y * width + x) * 3;
      for (let part = 0; part < 3; part++)
        rgb[at + part] = mix(rgb[at + part] ?? 0, 255 * (sun.colour[part] ?? 0), share);
    }
}

function paintStars(rgb: Uint8Array, width: number, height: number, look: Look): void {
  const count = Math.round(width * height * look.horizon * STAR_SHARE);
  for (let star = 0; star < count; star++) {
    const [x, y] = [hash(star, look.cloudShift), hash(look.cloudShift, star) * look.horizon];
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    const light = 200 * hash(star, 7) * smooth(look.horizon, 0.2, y);
    for (let part = 0; part < 3; part++) rgb[at + part] = Math.min(255, (rgb[at + part] ?? 0) + light);
  }
}

export function paintSky(rgb: Uint8Array, width: number, height: number, look: Look): void {
  const columns = Math.ceil(width / GRID) + 1;
  const rows = Math.ceil(height / GRID) + 1;
  const grid = new Float32Array(columns * rows * 3);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      skyAt(look, (column * GRID) / width, (row * GRID) / height, width / height, grid, (row * columns + column) * 3);
  const line = new Float32Array(columns * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const start = Math.floor(y / GRID) * columns * 3;
    const down = (y % GRID) / GRID;
    for (let index = 0; index < line.length; index++)
      line[index] = mix(grid[start + index] ?? 0, grid[start + columns * 3 + index] ?? 0, down);
    for (let x = 0; x < width; x++) {
      const left = Math.floor(x / GRID) * 3;
      const across = (x % GRID) / GRID;
      rgb[at++] = mix(line[left] ?? 0, line[left + 3] ?? 0, across);
      rgb[at++] = mix(line[left + 1] ?? 0, line[left + 4] ?? 0, across);
      rgb[at++] = mix(line[left + 2] ?? 0, line[left + 5] ?? 0, across);
    }
  }
  if (look.night) paintStars(rgb, width, height, look);
  paintDisc(rgb, width, height, look);
}
