import { expect, test } from 'vitest';
import { clipShows, subtitleShows, visible } from '../../remotion/visible.ts';
import type { PictureClip, PictureSubtitle } from '../../src/film/film.ts';

const clip = (from: number, durationInFrames: number, holdFrames = 0): PictureClip => ({
  kind: 'color',
  color: 'red',
  from,
  durationInFrames,
  holdFrames,
  style: {},
  motion: null,
  transition: null,
});
const line = (from: number, to: number): PictureSubtitle => ({ text: 'x', from, to, words: [], language: null });

test('A clip shows from its first frame to the end of its hold, also if it began before the drawn part.', () => {
  const shown = (one: PictureClip): number[] => [...Array(12).keys()].filter((frame) => clipShows(one, frame));
  expect(shown(clip(3, 2))).toEqual([3, 4]);
  expect(shown(clip(3, 2, 4))).toEqual([3, 4, 5, 6, 7, 8]);
  expect(shown(clip(-5, 7))).toEqual([0, 1]);
});

test('What a frame shows keeps the list’s order and each its place in it, as React’s key.', () => {
  const lines = [line(4, 9), line(0, 9), line(0, 3), line(5, 6)];
  expect(visible(lines, subtitleShows, 5).map(({ index }) => index)).toEqual([0, 1, 3]);
  expect(visible(lines, subtitleShows, 9)).toEqual([]);
});
