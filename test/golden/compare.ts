import { likeness, type Likeness, type Picture } from './likeness.ts';
import type { Reference } from './references.ts';

/** What a frame must keep to. Letters and edges that another Chromium draws a quarter of a pixel beside do, with room to spare. */
const keeps = ({ whole, tile, tint }: Likeness): boolean => whole >= 0.96 && tile >= 0.8 && tint <= 4;
const LOUDNESS_DB = 0.5;
const PEAK_MS = 1;

/** The frames that do not look like their references. */
export function unlike(pictures: readonly Picture[], references: readonly Picture[]): ({ frame: number } & Likeness)[] {
  return pictures.flatMap((picture, frame) => {
    const reference = references[frame];
    const found = reference === undefined ? { whole: 0, tile: 0, tint: Infinity } : likeness(picture, reference);
    return keeps(found) ? [] : [{ frame, ...found }];
  });
}

/** Where a film sounds otherwise than its reference, in words. */
export function heardOtherwise(made: Reference, wanted: Reference): string[] {
  const halves = Math.max(made.loudness.length, wanted.loudness.length);
  const louder = Array.from({ length: halves }, (_, half) => [made.loudness[half], wanted.loudness[half]] as const)
    .map(([is, was], half) => ({ is, was, half }))
    .filter(({ is, was }) => (is == null || was == null ? is !== was : Math.abs(is - was) > LOUDNESS_DB))
    .map(({ is, was, half }) => `half second ${half}: ${is} dB instead of ${was} dB`);
  const moved =
    made.peakMs === null || wanted.peakMs === null
      ? made.peakMs !== wanted.peakMs
      : Math.abs(made.peakMs - wanted.peakMs) > PEAK_MS;
  return [...louder, ...(moved ? [`loudest at ${made.peakMs} ms instead of ${wanted.peakMs} ms`] : [])];
}
