/** The facts in the header of a picture file. */
export interface PictureFile {
  /** As shown, after rotation. */
  width: number;
  height: number;
  /** May have transparent parts. */
  transparent: boolean;
  /** Length of one pass of an animation; null for a still. */
  durationSeconds: number | null;
}

/** The file is not a complete picture; the message continues "it". */
export class BrokenPictureError extends Error {
  override name = 'BrokenPictureError';
}

/** The picture may be complete, but exceeds the limits. */
export class TooLargePictureError extends BrokenPictureError {
  override name = 'TooLargePictureError';
}

/** Browsers need minutes for more, and each frame costs them memory. */
const MOST_FRAMES = 20_000;

/** @throws {TooLargePictureError} */
export function checkFrames(frames: number): void {
  if (frames > MOST_FRAMES)
    throw new TooLargePictureError(`has more than ${MOST_FRAMES} pictures; convert it to a film first`);
}

export const cutOff = (): BrokenPictureError => new BrokenPictureError('is cut off: its end is missing');

/** Browsers treat a delay of 10 ms or less as a mistake and wait 100 ms. */
export const frameSeconds = (milliseconds: number): number => (milliseconds <= 10 ? 100 : milliseconds) / 1000;
