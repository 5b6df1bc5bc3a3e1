import { expect, test } from 'vitest';
import { familiesFor, fontFamily } from '../../src/film/font-families.ts';

test('Latin text needs one font, and nothing else is loaded for it.', () => {
  expect(familiesFor('Hello, Ελληνικά, Привет', null)).toEqual(['Inter']);
});

test('Each East Asian language starts with its own font, with the others behind it.', () => {
  expect(familiesFor('世界', 'zh')[1]).toBe('Noto Sans SC');
  expect(familiesFor('世界', 'ja')[1]).toBe('Noto Sans JP');
  expect(familiesFor('세계', 'ko')[1]).toBe('Noto Sans KR');
});

test('Emoji bring their font, flags too; digits do not.', () => {
  expect(familiesFor('Hi 😀', null)).toContain('Twemoji');
  expect(familiesFor('Hi 🇩🇪', null)).toContain('Twemoji');
  expect(familiesFor('Hi 123 #', null)).not.toContain('Twemoji');
});

test('The system’s font comes last.', () => {
  expect(fontFamily('Hi', null)).toBe('"Inter", sans-serif');
});

test('Arabic, Hebrew, Devanagari and Thai bring their own fonts.', () => {
  expect(familiesFor('مرحبا', null)).toEqual(['Inter', 'Noto Sans Arabic']);
  expect(familiesFor('שלום', null)).toEqual(['Inter', 'Noto Sans Hebrew']);
  expect(familiesFor('नमस्ते', null)).toEqual(['Inter', 'Noto Sans Devanagari']);
  expect(familiesFor('สวัสดี', null)).toEqual(['Inter', 'Noto Sans Thai']);
});
