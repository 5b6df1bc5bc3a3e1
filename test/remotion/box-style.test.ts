import { expect, test } from 'vitest';
import { boxStyle } from '../../remotion/box-style.ts';
import type { ClipStyle, PictureClip } from '../../src/film/film.ts';

const base = { from: 0, durationInFrames: 1, holdFrames: 0, motion: null, transition: null };
const picture = (style: ClipStyle) => boxStyle({ ...base, kind: 'color', color: 'red', style } satisfies PictureClip);
const text = (style: ClipStyle) =>
  boxStyle({
    ...base,
    kind: 'text',
    text: 'Hi',
    style,
    textStyle: {
      fontSize: 10,
      color: 'white',
      backgroundColor: null,
      strokeColor: 'black',
      strokeWidth: 0,
      align: 'left',
      language: null,
    },
  } satisfies PictureClip);

test('A clip fills the frame, and what lies outside its box is cut off.', () => {
  expect(picture({})).toMatchObject({ top: 0, left: 0, width: '100%', height: '100%', overflow: 'hidden' });
  expect(picture({})).not.toHaveProperty('transform');
});

test('A clip’s style places, turns and enlarges its box.', () => {
  const style = picture({ top: 5, left: '10%', width: 50, height: '20%', rotate: 90, scale: 2, opacity: 0.5 });
  expect(style).toMatchObject({ top: 5, left: '10%', width: 50, height: '20%', opacity: 0.5 });
  expect(style.transform).toBe('rotate(90deg) scale(2)');
});

test('Text that fills the frame keeps off its sides.', () => {
  expect(text({})).toMatchObject({ top: 0, bottom: 0, left: '7%', right: '7%' });
});

test('Text with a place and no size begins there and ends at the edge of the frame.', () => {
  const style = text({ top: 30, left: 40 });
  expect(style).toMatchObject({ top: 30, left: 40, right: 0 });
  expect(style).not.toHaveProperty('bottom');
  expect(style).not.toHaveProperty('overflow');
});
