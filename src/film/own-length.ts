import type { FileClip } from './timeline-types.ts';
import { contradiction, type Findings } from './findings.ts';
import type { MediaFacts } from './media.ts';

/** Rounding errors of lengths such as 29.97 × 100/29.97 must not add a frame. */
const TOLERANCE = 1e-6;

/** The number of frames of the film that contain a whole sound. */
export const soundFrames = (seconds: number, fps: number): number => Math.max(1, Math.ceil(seconds * fps - TOLERANCE));

/**
 * The number of frames of the film that a clip's file lasts, after its trims and rate; null for a still.
 * @throws {AppError} `render_rejected` if its trims leave nothing
 */
export function ownLength(
  { trimBefore = 0, trimAfter, playbackRate = 1 }: FileClip,
  { durationSeconds }: MediaFacts,
  { fps, field, findings }: { fps: number; field: string; findings: Findings },
): number | null {
  if (durationSeconds === null) return null;
  const whole = durationSeconds * fps;
  const frames = Math.round(whole);
  if (trimBefore > 0 && trimBefore >= whole)
    throw contradiction(`${field}.trimBefore`, `expected less than ${frames}, which is all the frames of the file`);
  if (trimAfter !== undefined && trimAfter >= whole + 1)
    findings.warn(`${field}.trimAfter is ${trimAfter}, but the file has ${frames} frames`);
  return Math.max(1, Math.round((Math.min(trimAfter ?? whole, whole) - trimBefore) / playbackRate));
}
