import type { CSSProperties, ReactNode } from 'react';
import type { Language, TextStyle } from '../src/film/film.ts';
import { fontFamily } from '../src/film/font-families.ts';
import { WEIGHT } from './fonts.ts';
import { lineBreaking } from './line-breaks.tsx';
import { boxLineHeight, boxStyle, LINE_HEIGHT } from './text-box.ts';

export interface TypeStyle {
  /** Whole pixels. */
  fontSize: number;
  color: string;
  align: TextStyle['align'];
  /** The width of the outline outside the letters, in pixels; 0: no outline. */
  strokeWidth: number;
  strokeColor: string;
  /** Null: without a box. */
  boxColor: string | null;
}

const typeSetting = (text: string, language: Language | null, style: TypeStyle): CSSProperties => ({
  display: 'grid',
  color: style.color,
  fontFamily: fontFamily(text, language),
  fontSize: style.fontSize,
  fontWeight: WEIGHT,
  lineHeight: style.boxColor === null ? LINE_HEIGHT : `${boxLineHeight(style.fontSize)}px`,
  textAlign: style.align,
  ...lineBreaking(language),
});

interface TypeBlockProps {
  /** The text of `children`, for the choice of fonts. */
  text: string;
  language: Language | null;
  style: TypeStyle;
  /** Inline; only `color` sets their colour. */
  children: ReactNode;
}

/**
 * A block of type. Outlined type is drawn twice in the same place: first all outlines, then all letters. Otherwise the
 * outline of a word would cover the letters of the word before it.
 */
export function TypeBlock({ text, language, style, children }: TypeBlockProps) {
  const { fontSize, strokeWidth, strokeColor, boxColor } = style;
  const layer = (color: string | null, css: CSSProperties): ReactNode => (
    <div style={{ gridArea: '1 / 1', minWidth: 0, ...css }}>
      {color === null ? children : <span style={boxStyle(fontSize, color)}>{children}</span>}
    </div>
  );
  const outline: CSSProperties = {
    WebkitTextStroke: `${2 * strokeWidth}px ${strokeColor}`,
    WebkitTextFillColor: 'transparent',
  };
  return (
    <div dir="auto" lang={language ?? undefined} style={typeSetting(text, language, style)}>
      {strokeWidth > 0 && layer(boxColor, outline)}
      {layer(strokeWidth > 0 && boxColor !== null ? 'transparent' : boxColor, {})}
    </div>
  );
}
