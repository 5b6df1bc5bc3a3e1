import { expect, test } from 'vitest';
import { languagesOf, withoutKeycaps } from '../../src/film/languages.ts';

test('Kana prove Japanese, Hangul Korean; other scripts have no East Asian language.', () => {
  expect(languagesOf(['今日は', '오늘', 'Hello, Привет'])).toEqual(['ja', 'ko', null]);
});

test('Ideographs alone are Chinese, unless most lines of the film are Japanese.', () => {
  expect(languagesOf(['世界', 'Hello'])[0]).toBe('zh');
  expect(languagesOf(['世界', 'こんにちは', 'さようなら'])[0]).toBe('ja');
  expect(languagesOf(['世界', 'こんにちは'])[0]).toBe('zh');
});

test('A keycap becomes its digit, since no font here draws keycaps.', () => {
  expect(withoutKeycaps('1️⃣, #⃣ and 3')).toBe('1, # and 3');
});
