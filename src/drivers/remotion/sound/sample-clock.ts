/** Samples a second of every soundtrack: the rate that AAC and Opus encoders and video players prefer. */
export const SAMPLE_RATE = 48_000;

const NTSC_TOLERANCE = 0.005;

/** A frame rate as a fraction. 23.976, 29.97 and 59.94 mean 24, 30 and 60 times 1000/1001. */
export function exactRate(fps: number): { over: number; under: number } {
  const whole = Math.round(fps * 1.001);
  const isNtsc = !Number.isInteger(fps) && Math.abs(whole / 1.001 - fps) < NTSC_TOLERANCE;
  return isNtsc ? { over: whole * 1000, under: 1001 } : { over: fps, under: 1 };
}

/** The sample that belongs to a time in frames of the film; exact, so errors do not add up. */
export function sampleAt(frames: number, fps: number): number {
  const { over, under } = exactRate(fps);
  return Math.round((frames * SAMPLE_RATE * under) / over);
}
