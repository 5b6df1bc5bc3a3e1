import type { CSSProperties } from 'react';
import type { PictureClip } from '../src/film/film.ts';

/** The free share of the frame's width on each side of text that fills the frame. */
const TEXT_MARGIN = '7%';

type Sides = Pick<CSSProperties, 'top' | 'left' | 'right' | 'bottom' | 'width' | 'height' | 'overflow'>;

/**
 * The sides of a text's box. The style sets its place, and the text takes the room that it needs: with a `left` and no
 * `width` it ends at the edge of the frame; with a `top` and no `height` it begins at `top`. Text that is wider or
 * higher than its box stays visible.
 */
function textSides({ top, left, width, height }: PictureClip['style']): Sides {
  return {
    top: top ?? 0,
    left: left ?? (width === undefined ? TEXT_MARGIN : 0),
    ...(width === undefined ? { right: left === undefined ? TEXT_MARGIN : 0 } : { width }),
    ...(height !== undefined ? { height } : top === undefined ? { bottom: 0 } : {}),
  };
}

const mediaSides = ({ top = 0, left = 0, width = '100%', height = '100%' }: PictureClip['style']): Sides => ({
  top,
  left,
  width,
  height,
  overflow: 'hidden',
});

/** A clip's box: the whole frame unless its style says otherwise. Values of the style are interpreted as in CSS. */
export function boxStyle({ kind, style }: PictureClip): CSSProperties {
  const { scale = 1, rotate = 0, opacity = 1 } = style;
  const transforms = [rotate === 0 ? '' : `rotate(${rotate}deg)`, scale === 1 ? '' : `scale(${scale})`].filter(Boolean);
  return {
    position: 'absolute',
    display: 'grid',
    ...(kind === 'text' ? textSides(style) : mediaSides(style)),
    ...(opacity === 1 ? {} : { opacity }),
    ...(transforms.length === 0 ? {} : { transform: transforms.join(' ') }),
  };
}
