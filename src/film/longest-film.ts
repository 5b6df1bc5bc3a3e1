/** A day at 120 frames a second. */
export const MOST_FRAMES = 10_368_000;
export const TOO_LONG = `expected at most ${MOST_FRAMES} frames`;
