import type { Clip } from '../src/contracts/timeline.ts';

/** How much larger a slowly zoomed picture is at its largest. */
const LARGEST = 1.15;

/**
 * The scale of a picture in frame `frame` of its clip. Never below 1, at whatever frame it is asked for, so that no edge shows.
 * Eased at neither end: a cut in mid-movement looks better than one at rest.
 */
export function zoomAt(motion: Clip['motion'], frame: number, durationInFrames: number): number {
  if (motion === null) return 1;
  const passed = durationInFrames <= 1 ? 0 : Math.min(1, Math.max(0, frame / (durationInFrames - 1)));
  const share = motion === 'zoom-in' ? passed : 1 - passed;
  return 1 + (LARGEST - 1) * share;
}
