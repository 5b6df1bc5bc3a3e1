import type { Language } from '../src/film/film.ts';
import { drawnText } from '../src/film/languages.ts';
import { breakable } from '../src/film/subtitle-pieces.ts';

/** Text with line breaks where its language allows them. */
export const BrokenText = ({ text, language }: { text: string; language: Language | null }) =>
  breakable(drawnText(text), language).map((part, index) =>
    part.keep ? (
      <span key={index} style={{ whiteSpace: 'nowrap' }}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
