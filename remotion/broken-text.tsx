import type { Language } from '../src/film/film.ts';
import { withoutKeycaps } from '../src/film/languages.ts';
import { breakable } from './subtitle-pieces.ts';

/** Text whose lines break where its language allows it. */
export const BrokenText = ({ text, language }: { text: string; language: Language | null }) =>
  breakable(withoutKeycaps(text), language).map((part, index) =>
    part.keep ? (
      <span key={index} style={{ whiteSpace: 'nowrap' }}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
