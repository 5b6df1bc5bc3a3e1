import type { FrameRange } from './picture-part.ts';

/** Seconds of work of a chunk: a crash costs no more than that, and starting a chunk costs little beside it. */
const WANTED_SECONDS = 17;
/** A chunk that is less work than this is not worth a child of its own. */
const LEAST_SECONDS = 2;
/** How much longer than the grid's the last chunks may be, where that saves a chunk. */
const STRETCH = 1.5;
const SMALLEST = 30;

/** The sizes that chunks may have, each 1.4 times the one before: so wide apart that a small change of speed changes nothing. */
const sizeAt = (step: number): number => Math.round(SMALLEST * 2 ** (step / 2));

const stepsBelow = (frames: number): number => Math.max(0, Math.ceil(2 * Math.log2(frames / SMALLEST)));

const stepFor = (framesPerSecond: number): number =>
  Math.max(0, Math.round(2 * Math.log2((framesPerSecond * WANTED_SECONDS) / SMALLEST)));

/** The chunk size, in frames, for a speed of one child; then those that other speeds would have asked for, the likely ones first. */
export function chunkSizes(framesPerSecond: number, frames: number): number[] {
  const wanted = stepFor(framesPerSecond);
  // Beyond the film's own length all sizes come to the same.
  const steps = Array.from({ length: stepsBelow(frames) + 1 }, (_, step) => step).filter((step) => step !== wanted);
  return [wanted, ...steps.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))].map(sizeAt);
}

function evenly({ from, to }: FrameRange, parts: number): FrameRange[] {
  const at = (part: number): number => from + Math.round((part * (to - from)) / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: at(part), to: at(part + 1) }));
}

/**
 * Cuts a film into chunks for `children` that work at once. As far as it goes, the cuts lie on a grid from the film's beginning, so that
 * a change of its length moves none of them; the rest is shared out evenly, so that all children end together.
 */
export function planChunks(
  frames: number,
  { chunkFrames, children }: { chunkFrames: number; children: number },
): FrameRange[] {
  const row = chunkFrames * children;
  const rows = Math.max(0, Math.floor(frames / row) - 1);
  const grid = Array.from({ length: rows * children }, (_, index) => ({
    from: index * chunkFrames,
    to: (index + 1) * chunkFrames,
  }));
  const rest = { from: rows * row, to: frames };
  const left = rest.to - rest.from;
  const wanted = children * Math.max(1, Math.ceil(left / (row * STRETCH)));
  const least = Math.max(1, Math.round((chunkFrames * LEAST_SECONDS) / WANTED_SECONDS));
  return [...grid, ...evenly(rest, Math.max(1, Math.min(wanted, Math.floor(left / least))))];
}
