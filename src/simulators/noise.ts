/** Randomness for procedural pictures; the same on every machine. */

export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** A number from 0 to 1 that depends on two whole numbers in no visible way. */
export function hash(x: number, y = 0): number {
  let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
