import type { CSSProperties, ReactNode } from 'react';
import type { Language, TextStyle } from '../src/film/film.ts';
import { fontFamily } from '../src/film/font-families.ts';
import { WEIGHT } from './fonts.ts';
import { boxLineHeight, boxStyle, LINE_HEIGHT } from './text-box.ts';

export interface TypeStyle {
  /** Whole pixels. */
  fontSize: number;
  color: string;
  align: TextStyle['align'];
  /** The width of the outline outside the letters, in pixels; 0: no outline. */
  strokeWidth: number;
  strokeColor: string;
  /** Null: on no box. */
  boxColor: string | null;
}

/** Japanese breaks between phrases, Korean at spaces; Chinese is cut into words beforehand, see `breakable`. */
const BREAKING: Record<Language, CSSProperties> = {
  zh: {},
  ja: { wordBreak: 'auto-phrase' },
  ko: { wordBreak: 'keep-all' },
};

const typeSetting = (text: string, language: Language | null, style: TypeStyle): CSSProperties => ({
  display: 'grid',
  color: style.color,
  fontFamily: fontFamily(text, language),
  fontSize: style.fontSize,
  fontWeight: WEIGHT,
  lineHeight: style.boxColor === null ? LINE_HEIGHT : `${boxLineHeight(style.fontSize)}px`,
  textAlign: style.align,
  // Lines given as lines are kept; longer ones become about equally long.
  whiteSpace: 'pre-line',
  textWrap: 'balance',
  overflowWrap: 'anywhere',
  lineBreak: 'strict',
  ...(language === null ? {} : BREAKING[language]),
});

interface TypeBlockProps {
  /** The text of `children`, for the choice of fonts. */
  text: string;
  language: Language | null;
  style: TypeStyle;
  /** Inline; coloured by `color` alone. */
  children: ReactNode;
}

/**
 * A block of type. Outlined type is drawn twice in the same place, first all outlines and then all letters. Drawn once,
 * the outline of a word would cover the letters of the word before it.
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
