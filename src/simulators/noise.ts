/** Smooth randomness for procedural pictures; the same on every machine. */

export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** 0 below `low`, 1 above `high`, an S-curve between. */
export function smooth(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** A number from 0 to 1 that depends on two whole numbers in no visible way. */
export function hash(x: number, y = 0): number {
  let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Random values at whole coordinates, blended between them; 0 to 1. */
export function noise(x: number, y = 0): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const across = smooth(0, 1, x - left);
  const upper = mix(hash(left, top), hash(left + 1, top), across);
  const lower = mix(hash(left, top + 1), hash(left + 1, top + 1), across);
  return mix(upper, lower, smooth(0, 1, y - top));
}

/** Several sizes of {@link noise} on top of each other; about 0 to 1. */
export function layeredNoise(x: number, y = 0, layers = 4): number {
  let sum = 0;
  for (let layer = 0, weight = 0.5, scale = 1; layer < layers; layer++, weight /= 2, scale *= 2.03)
    sum += weight * noise(x * scale + layer * 17.3, y * scale + layer * 9.1);
  return sum / (1 - 2 ** -layers);
}
