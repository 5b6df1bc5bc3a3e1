import type { CSSProperties } from 'react';
import type { Language } from '../src/film/film.ts';
import { drawnText } from '../src/film/languages.ts';
import { breakable } from '../src/film/line-breaks.ts';

/** Japanese breaks between phrases, Korean at spaces; Chinese is cut into words beforehand, see `breakable`. */
const BREAKING: Record<Language, CSSProperties> = {
  zh: {},
  ja: { wordBreak: 'auto-phrase' },
  ko: { wordBreak: 'keep-all' },
};

/** Given line breaks are kept; long lines are broken into about equal lengths. */
export const lineBreaking = (language: Language | null): CSSProperties => ({
  whiteSpace: 'pre-line',
  textWrap: 'balance',
  overflowWrap: 'anywhere',
  lineBreak: 'strict',
  ...(language === null ? {} : BREAKING[language]),
});

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
