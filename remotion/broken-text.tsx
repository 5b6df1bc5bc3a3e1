import type { Language } from '../src/film/film.ts';
import { drawnText } from '../src/film/languages.ts';
import { breakable } from '../src/film/subtitle-pieces.ts';

/** Text whose lines break where its language allows it. */
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
