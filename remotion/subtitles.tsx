import { useEffect, useMemo, useState, type CSSProperties } from 'react';
import { useCurrentFrame, useDelayRender, useVideoConfig } from 'remotion';
import type { Subtitle } from '../src/contracts/timeline.ts';
import { fontFamily } from './font-families.ts';
import { loadFonts, WEIGHT } from './fonts.ts';
import { languageOf, withoutKeycaps, type Language } from './languages.ts';
import { breakable, piecesOf, shownText } from './subtitle-pieces.ts';
import { LINE_HEIGHT, TEXT_WIDTH, typeSize } from './subtitle-size.ts';

const HIGHLIGHT = '#ffd83d';
/** Distance from the bottom edge as a share of the height: 150 px of 1920, as earlier clients have it. */
const BOTTOM = 150 / 1920;

/** Japanese breaks between phrases, Korean at spaces. */
const BREAKING: Record<Language, CSSProperties> = {
  zh: {},
  ja: { wordBreak: 'auto-phrase' },
  ko: { wordBreak: 'keep-all' },
};

const textStyle: CSSProperties = {
  color: '#ffffff',
  fontWeight: WEIGHT,
  lineHeight: LINE_HEIGHT,
  textAlign: 'center',
  whiteSpace: 'pre-line',
  overflowWrap: 'anywhere',
  lineBreak: 'strict',
  WebkitTextStroke: '0.15em #000000',
  paintOrder: 'stroke fill',
  textShadow: '0 0.06em 0.18em rgba(0, 0, 0, 0.5)',
};

function Line({ line, all }: { line: Subtitle; all: readonly string[] }) {
  const frame = useCurrentFrame();
  const video = useVideoConfig();
  const pieces = piecesOf(line);
  const text = shownText(line);
  const language = languageOf(text, all);
  const spoken = (index: number | null): boolean => {
    const word = index === null ? undefined : line.words?.[index];
    return word !== undefined && word.startFrame <= frame && frame < word.endFrame;
  };
  return (
    <div
      dir="auto"
      lang={language ?? undefined}
      style={{
        ...textStyle,
        textWrap: 'balance',
        ...(language === null ? {} : BREAKING[language]),
        fontFamily: fontFamily(text, language),
        fontSize: typeSize(text, video),
      }}
    >
      {pieces.map((piece, index) => (
        <span key={index} style={spoken(piece.word) ? { color: HIGHLIGHT } : undefined}>
          {breakable(withoutKeycaps(piece.text), language).map((part, at) =>
            part.keep ? (
              <span key={at} style={{ whiteSpace: 'nowrap' }}>
                {part.text}
              </span>
            ) : (
              part.text
            ),
          )}
        </span>
      ))}
    </div>
  );
}

/** The lines that are due, above the lower edge of the frame, the earliest on top. No frame is drawn before the fonts are there. */
export function Subtitles({ lines }: { lines: readonly Subtitle[] }) {
  const frame = useCurrentFrame();
  const { height } = useVideoConfig();
  const { delayRender, continueRender, cancelRender } = useDelayRender();
  const [handle] = useState(() => delayRender('Loading the fonts of the subtitles'));
  const all = useMemo(() => lines.map(shownText), [lines]);
  useEffect(() => {
    loadFonts(all).then(() => continueRender(handle), cancelRender);
  }, [all, handle, continueRender, cancelRender]);
  const side = `${(100 * (1 - TEXT_WIDTH)) / 2}%`;
  return (
    <div style={{ position: 'absolute', left: side, right: side, bottom: BOTTOM * height }}>
      {lines.map((line, index) =>
        line.startFrame <= frame && frame < line.endFrame ? <Line key={index} line={line} all={all} /> : null,
      )}
    </div>
  );
}
