import type { PictureClip } from '../src/film/film.ts';
import { BrokenText } from './line-breaks.tsx';
import { TypeBlock } from './type-block.tsx';

/** Text at the aligned side of the clip's box, vertically centred. */
export function TextPicture({ clip: { text, textStyle } }: { clip: Extract<PictureClip, { kind: 'text' }> }) {
  const { language, backgroundColor, ...style } = textStyle;
  return (
    <div style={{ display: 'grid', alignItems: 'center' }}>
      <TypeBlock
        text={text}
        language={language}
        style={{ ...style, fontSize: Math.max(1, Math.round(style.fontSize)), boxColor: backgroundColor }}
      >
        <BrokenText text={text} language={language} />
      </TypeBlock>
    </div>
  );
}
