const FADE_OUT_SECONDS = 1.5;

/** Gain of the music in a frame, 0–1: full, and down to silence over the last second and a half (less in a short film). */
export function musicVolume(frame: number, durationInFrames: number, fps: number): number {
  const fade = Math.min(FADE_OUT_SECONDS * fps, durationInFrames / 4);
  return Math.min(1, Math.max(0, (durationInFrames - 1 - frame) / fade));
}
