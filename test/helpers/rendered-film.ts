import type { RenderedFilm } from '../../src/drivers/remotion/driver.ts';

/** What a render that never happened made. */
export const film: RenderedFilm = {
  width: 320,
  height: 568,
  fps: 30,
  frames: 30,
  durationSeconds: 1,
  sizeBytes: 1000,
  sha256: '0'.repeat(64),
  posterFile: null,
  files: [],
  chunks: 1,
  reusedChunks: 0,
  warnings: [],
};
