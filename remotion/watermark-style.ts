import type { CSSProperties } from 'react';
import type { Watermark } from '../src/film/film.ts';

/** The place of a watermark: `margin` pixels from the edges of its corner, or in the middle. */
export function watermarkStyle({ position, width, margin, opacity }: Watermark): CSSProperties {
  const common: CSSProperties = { position: 'absolute', width, height: 'auto', maxWidth: 'none', opacity };
  if (position === 'center') return { ...common, top: '50%', left: '50%', transform: 'translate(-50%, -50%)' };
  const [vertical, horizontal] = position.split('-') as ['top' | 'bottom', 'left' | 'right'];
  return { ...common, [vertical]: margin, [horizontal]: margin };
}
