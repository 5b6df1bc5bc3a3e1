import { expect, test } from 'vitest';
import { breakable } from '../../src/film/line-breaks.ts';

test('Chinese is cut into words that are kept together; other text is left to the browser.', () => {
  expect(
    breakable('今天天气很好，', 'zh')
      .filter(({ keep }) => keep)
      .map(({ text }) => text),
  ).toContain('天气');
  expect(
    breakable('今天天气很好，', 'zh')
      .map(({ text }) => text)
      .join(''),
  ).toBe('今天天气很好，');
  expect(breakable('今日は', 'ja')).toEqual([{ text: '今日は', keep: false }]);
  expect(breakable('Hello there', null)).toEqual([{ text: 'Hello there', keep: false }]);
});
