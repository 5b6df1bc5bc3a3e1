import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutMessage, cutText, firstBytes } from '../../src/text/cut-text.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });

test('The kept part of any text fits in bytes, begins the text, and ends with a whole character.', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 3, max: 100 }), (whole, most) => {
      const cut = cutText(whole, most);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      if (Buffer.byteLength(whole) <= most) expect(cut).toBe(whole);
      else {
        expect(cut.endsWith('…')).toBe(true);
        expect(whole.startsWith(cut.slice(0, -1))).toBe(true);
        if (!/\p{Surrogate}/u.test(whole)) expect(cut).not.toMatch(/\p{Surrogate}/u);
      }
    }),
  );
});

test('The first bytes of a text are its longest beginning that fits.', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 100 }), (whole, most) => {
      const kept = firstBytes(whole, most);
      expect(whole.startsWith(kept)).toBe(true);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(most);
      const [next = ''] = whole.slice(kept.length);
      if (kept !== whole) expect(Buffer.byteLength(kept + next)).toBeGreaterThan(most);
    }),
  );
});

test('As much is kept as fits.', () => {
  expect(cutText('abcdef', 6)).toBe('abcdef');
  expect(cutText('abcdefg', 6)).toBe('abc…');
  expect(cutText('日本語です', 9)).toBe('日本…');
  expect(cutText('😀😀😀', 11)).toBe('😀😀…');
});

test('A message of nothing but blanks is short.', () => {
  expect(cutMessage(`a${' '.repeat(1_000_000)}b`, 2000)).toBe('a …');
  expect(cutMessage('one\n\n\n\n\ntwo\n  three', 2000)).toBe('one two\n  three');
});
