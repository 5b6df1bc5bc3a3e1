import type { FrameRange } from './picture-part.ts';

/**
 * The seconds of work for a chunk: a crash loses at most this much, and the start of a chunk costs little in
 * comparison.
 */
const WANTED_SECONDS = 17;
/** With less work than this, a chunk is not worth a child of its own. */
const LEAST_SECONDS = 2;
/** How much longer than the grid the last chunks may be, if that saves a chunk. */
const STRETCH = 1.5;
const SMALLEST = 30;

/** The possible chunk sizes, each 1.4 times the one before, so that a small change of speed changes nothing. */
const sizeAt = (step: number): number => Math.round(SMALLEST * 2 ** (step / 2));

const stepsBelow = (frames: number): number => Math.max(0, Math.ceil(2 * Math.log2(frames / SMALLEST)));

const stepFor = (framesPerSecond: number): number =>
  Math.max(0, Math.round(2 * Math.log2((framesPerSecond * WANTED_SECONDS) / SMALLEST)));

/** The chunk size in frames for the speed of one child, followed by the sizes for other speeds, likely ones first. */
export function chunkSizes(framesPerSecond: number, frames: number): number[] {
  const wanted = stepFor(framesPerSecond);
  // All sizes above the film's length give the same plan.
  const steps = Array.from({ length: stepsBelow(frames) + 1 }, (_, step) => step).filter((step) => step !== wanted);
  return [wanted, ...steps.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))].map(sizeAt);
}

function evenly({ from, to }: FrameRange, parts: number): FrameRange[] {
  const at = (part: number): number => from + Math.round((part * (to - from)) / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: at(part), to: at(part + 1) }));
}

/**
 * Cuts a film into chunks for `children` that work at the same time. Most cuts are on a grid from the beginning of the
 * film, so that a change of its length does not move them. The rest is divided evenly, so that all children finish
 * together.
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
