import { expect, test } from 'vitest';
import { languageOf, withoutKeycaps } from '../../remotion/languages.ts';

test('Kana prove Japanese, Hangul Korean; other scripts have no East Asian language.', () => {
  expect(languageOf('今日は', [])).toBe('ja');
  expect(languageOf('오늘', [])).toBe('ko');
  expect(languageOf('Hello, Привет', [])).toBeNull();
});

test('Ideographs alone are Chinese, unless most lines of the film are Japanese.', () => {
  expect(languageOf('世界', ['世界', 'Hello'])).toBe('zh');
  expect(languageOf('世界', ['世界', 'こんにちは', 'さようなら'])).toBe('ja');
  expect(languageOf('世界', ['世界', 'こんにちは'])).toBe('zh');
});

test('A keycap becomes its digit, since no font here draws keycaps.', () => {
  expect(withoutKeycaps('1️⃣, #⃣ and 3')).toBe('1, # and 3');
});
