import { expect, test } from 'vitest';
import { maybeAnimated } from '../../remotion/image-kind.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test('Formats that can move are told by their first bytes.', () => {
  expect(maybeAnimated(bytes('GIF89a\x10\0\x10\0\0\0'))).toBe('image/gif');
  expect(maybeAnimated(bytes('\x89PNG\r\n\x1a\n\0\0\0\r'))).toBe('image/png');
  expect(maybeAnimated(bytes('RIFF\x10\0\0\0WEBP'))).toBe('image/webp');
  expect(maybeAnimated(bytes('\0\0\0\x20ftypavis'))).toBe('image/avif');
});

test('Formats that never move, sounds and empty files are none of them.', () => {
  for (const head of [
    '\xff\xd8\xff\xe0\0\x10JFIF\0\0',
    '<svg xmlns=""',
    'RIFF\x10\0\0\0WAVE',
    '\0\0\0\x20ftypavif',
    '',
  ])
    expect(maybeAnimated(bytes(head))).toBeNull();
});
