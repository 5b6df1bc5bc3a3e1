import { useMemo, type CSSProperties } from 'react';
import { useCurrentFrame, useVideoConfig } from 'remotion';
import type { PictureSubtitle, SubtitleStyle } from '../src/film/film.ts';
import { BrokenText } from './line-breaks.tsx';
import { marked } from './subtitle-marking.ts';
import { piecesOf, shownText } from '../src/film/subtitle-pieces.ts';
import { GAP, typeSize } from './subtitle-size.ts';
import { TypeBlock, type TypeStyle } from './type-block.tsx';
import { subtitleShows, visible } from './visible.ts';

/** As a share of the type size. */
const USUAL_STROKE = 0.075;

function typeStyle(style: SubtitleStyle, fontSize: number): TypeStyle {
  const onBox = style.style === 'box';
  return {
    fontSize,
    color: style.color,
    align: 'center',
    // Text on a box needs no outline.
    strokeWidth: style.strokeWidth ?? (onBox ? 0 : USUAL_STROKE * fontSize),
    strokeColor: style.strokeColor,
    boxColor: onBox ? style.boxColor : null,
  };
}

interface LineProps {
  line: PictureSubtitle;
  style: SubtitleStyle;
  /** The number of lines that are shown at the same time, including this one. */
  together: number;
}

function Line({ line, style, together }: LineProps) {
  const frame = useCurrentFrame();
  const size = useVideoConfig();
  const { words, language } = line;
  const pieces = useMemo(() => piecesOf(line), [line]);
  const text = shownText(pieces);
  return (
    <TypeBlock text={text} language={language} style={typeStyle(style, typeSize(text, size, style, together))}>
      {pieces.map(({ text: part, word }, index) => (
        <span key={index} style={marked(style.style, words[word ?? -1], frame) ? { color: style.highlightColor } : {}}>
          <BrokenText text={part} language={language} />
        </span>
      ))}
    </TypeBlock>
  );
}

const JUSTIFY = { top: 'start', center: 'center', bottom: 'end' } as const;

/** The visible lines, one below the other, within the safe margins. */
export function Subtitles({ lines, style }: { lines: readonly PictureSubtitle[]; style: SubtitleStyle }) {
  const due = visible(lines, subtitleShows, useCurrentFrame());
  const area: CSSProperties = {
    position: 'absolute',
    inset: `${style.marginY}px ${style.marginX}px`,
    display: 'flex',
    flexDirection: 'column',
    justifyContent: JUSTIFY[style.position],
    gap: `${GAP * 100}%`,
  };
  return (
    <div style={area}>
      {due.map(({ item, index }) => (
        <Line key={index} line={item} style={style} together={due.length} />
      ))}
    </div>
  );
}
