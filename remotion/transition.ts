import type { CSSProperties } from 'react';
import type { Transition } from '../src/film/film.ts';

/**
 * How far a clip has appeared, 0–1, in its frame `frame`. The clip is partly visible in its first frame, and not yet
 * complete in the last frame of the transition, so that every frame of the transition is a mixture.
 */
export const share = ({ durationInFrames }: Transition, frame: number): number =>
  Math.min(1, Math.max(0, (frame + 1) / (durationInFrames + 1)));

/** Movements start and stop softly. */
const eased = (passed: number): number => passed * passed * (3 - 2 * passed);

const SLIDE_FROM = { left: [-1, 0], right: [1, 0], top: [0, -1], bottom: [0, 1] } as const;

/** The style of the whole frame that contains the clip: it fades, or slides in from an edge. */
export function frameStyle(transition: Transition | null, frame: number): CSSProperties {
  if (transition === null || transition.type === 'wipe') return {};
  const passed = share(transition, frame);
  if (passed === 1) return {};
  if (transition.type === 'fade') return { opacity: passed };
  const [x, y] = SLIDE_FROM[transition.from];
  const left = 100 * (1 - eased(passed));
  return { transform: `translate(${x * left}%, ${y * left}%)` };
}

/** The style of the clip's own box: a wipe uncovers it from one of its sides, wherever the box is in the frame. */
export function boxWipe(transition: Transition | null, frame: number): CSSProperties {
  if (transition?.type !== 'wipe') return {};
  const passed = share(transition, frame);
  if (passed === 1) return {};
  const covered = `${100 * (1 - eased(passed))}%`;
  const insets = {
    left: `0 ${covered} 0 0`,
    right: `0 0 0 ${covered}`,
    top: `0 0 ${covered} 0`,
    bottom: `${covered} 0 0 0`,
  };
  return { clipPath: `inset(${insets[transition.from]})` };
}
