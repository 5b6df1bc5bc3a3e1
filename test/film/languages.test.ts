import { expect, test } from 'vitest';
import { drawnText, languagesOf, withoutKeycaps } from '../../src/film/languages.ts';

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

test('Control characters are not drawn; line breaks and tabs are.', () => {
  expect(drawnText('a\u0000\u0007\u001b[31mb\u0085\u009f\tc\nd\re 1️⃣')).toBe('a[31mb\tc\nd\re 1');
  expect(drawnText('\u1112\u1161\u11ab\u1100\u1173\u11af')).toBe('한글');
  expect(drawnText('ｶﾞｲﾄﾞ')).toBe('ガｲド');
});
