import { expect, test } from 'vitest';
import { marked } from '../../remotion/subtitle-marking.ts';
import type { SubtitleStyle } from '../../src/film/film.ts';

const WORD = { text: 'word', from: 3, to: 6 };
const frames = (style: SubtitleStyle['style']): number[] =>
  [...Array(9).keys()].filter((frame) => marked(style, WORD, frame));

test('Highlight marks the word while it is spoken, karaoke from then on, the other styles never.', () => {
  expect(frames('highlight')).toEqual([3, 4, 5]);
  expect(frames('karaoke')).toEqual([3, 4, 5, 6, 7, 8]);
  expect(frames('plain')).toEqual([]);
  expect(frames('box')).toEqual([]);
});

test('What lies between words is not marked.', () => {
  expect(marked('karaoke', undefined, 5)).toBe(false);
});
