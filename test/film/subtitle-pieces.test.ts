import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf, shownText } from '../../src/film/subtitle-pieces.ts';

const words = (...texts: string[]) => texts.map((text, index) => ({ text, from: index, to: index + 1 }));

test('A subtitle without words is one piece.', () => {
  expect(piecesOf({ text: 'Hello there', words: [] })).toEqual([{ text: 'Hello there', word: null }]);
});

test('Words are found in the text, which keeps its spaces, punctuation and emoji.', () => {
  const pieces = piecesOf({ text: '“Hello, 世界!” 👋', words: words('Hello', '世', '界') });
  expect(pieces.map(({ text }) => text).join('')).toBe('“Hello, 世界!” 👋');
  expect(pieces.filter(({ word }) => word !== null)).toEqual([
    { text: 'Hello', word: 0 },
    { text: '世', word: 1 },
    { text: '界', word: 2 },
  ]);
});

test('A word that comes twice is found twice, in order.', () => {
  const pieces = piecesOf({ text: 'so so', words: words(' so', ' so') });
  expect(pieces.map(({ word }) => word)).toEqual([0, null, 1]);
});

test('Words that are not those of the text replace it, with spaces where the script has them.', () => {
  expect(shownText(piecesOf({ text: 'something else', words: words('Hello', 'big', '世', '界', 'now') }))).toBe(
    'Hello big 世界 now',
  );
});

test('Words that make up the text leave it as it is, whatever they are.', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const text = texts.join(' ');
      expect(shownText(piecesOf({ text, words: words(...texts) }))).toBe(text);
    }),
  );
});
