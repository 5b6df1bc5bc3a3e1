import type { Motion } from '../src/film/film.ts';

/** The direction in which the picture moves when the view pans to each side. */
const PUSH: Record<Exclude<Motion['type'], 'zoom-in' | 'zoom-out'>, readonly [number, number]> = {
  'pan-left': [1, 0],
  'pan-right': [-1, 0],
  'pan-up': [0, 1],
  'pan-down': [0, -1],
};

/** The size and place of a moving picture, relative to the middle of its box. */
export interface Place {
  /** Never below 1, so that no edge shows. */
  scale: number;
  /** Shares of the box's width and height, at most the room that `scale` leaves. */
  x: number;
  y: number;
}

/**
 * The place of a moving picture in frame `frame` of its clip. Before the first and after the last frame it does not
 * move. A pan enlarges the picture by the length of the pan and moves from one edge to the other. There is no easing,
 * because a cut during a movement looks better than a cut at rest.
 */
export function placeAt({ type, amount }: Motion, frame: number, durationInFrames: number): Place {
  const passed = durationInFrames <= 1 ? 0 : Math.min(1, Math.max(0, frame / (durationInFrames - 1)));
  if (type === 'zoom-in') return { scale: 1 + amount * passed, x: 0, y: 0 };
  if (type === 'zoom-out') return { scale: 1 + amount * (1 - passed), x: 0, y: 0 };
  const [x, y] = PUSH[type];
  const pushed = amount * (passed - 0.5);
  return { scale: 1 + amount, x: x * pushed, y: y * pushed };
}

/** As a CSS `transform`; undefined if none is needed. */
export function motionTransform(motion: Motion | null, frame: number, durationInFrames: number): string | undefined {
  if (motion === null) return undefined;
  const { scale, x, y } = placeAt(motion, frame, durationInFrames);
  return `translate(${x * 100}%, ${y * 100}%) scale(${scale})`;
}
