import { expect, test } from 'vitest';
import { fileType } from '../../../src/assets/file-kind/file-type.ts';
import { media, picture, unusable, UNKNOWN, type FileKind } from '../../../src/assets/file-kind/kinds.ts';

const text: FileKind = { family: 'text', name: 'text' };
const json: FileKind = { family: 'text', name: 'JSON' };
const page: FileKind = { family: 'text', name: 'an HTML page' };

test.each<[FileKind, string, string, string]>([
  [picture('webp'), 'a.png', 'image', 'image/webp'],
  [picture('svg'), 'a', 'image', 'image/svg+xml'],
  [media('mov'), 'a.mp4', 'video', 'video/mp4'],
  [media('mov'), 'a.mov', 'video', 'video/quicktime'],
  [media('mov'), 'a.m4a', 'audio', expect.stringMatching(/^audio\/(mp4|x-m4a)$/) as string],
  [media('matroska'), 'a.webm', 'video', 'video/webm'],
  [media('matroska'), 'a.mkv', 'video', 'video/x-matroska'],
  [media('wav'), 'a.mp3', 'audio', 'audio/wav'],
  [media('mp3'), 'a.mp3', 'audio', 'audio/mpeg'],
  [media('ogg'), 'a.ogv', 'video', 'video/ogg'],
  [media('ogg'), 'a.opus', 'audio', 'audio/ogg'],
  [text, 'a.srt', 'text', 'application/x-subrip'],
  [text, 'a.vtt', 'text', 'text/vtt; charset=utf-8'],
  [text, 'a.txt', 'text', 'text/plain; charset=utf-8'],
  [text, 'a.png', 'text', 'text/plain; charset=utf-8'],
  [json, 'a.json', 'text', 'application/json'],
  [json, 'a', 'text', 'application/json'],
  [unusable('a TIFF picture', 'picture'), 'a.tif', 'image', 'image/tiff'],
  [unusable('a TIFF picture', 'picture'), 'a.svg', 'image', 'application/octet-stream'],
  [unusable('a PDF document'), 'a.pdf', 'other', 'application/pdf'],
  [UNKNOWN, 'a.glb', '3d', 'model/gltf-binary'],
  [UNKNOWN, 'a.png', 'other', 'application/octet-stream'],
])('The type of %j named %s is %s, %s', (found, name, kind, contentType) => {
  expect(fileType(found, name)).toEqual({ kind, contentType });
});

test.each(['a.html', 'a.xhtml', 'a.svg', 'a.xml', 'a.js', 'a.mjs', 'a.xsl', 'a.rss', 'a'])(
  'No file name makes a text executable: %s is plain text',
  (name) => {
    expect(fileType(text, name).contentType).toBe('text/plain; charset=utf-8');
    expect(fileType(UNKNOWN, name).contentType).toBe('application/octet-stream');
  },
);

test('A page is a page, whatever it is called', () => {
  expect(fileType(page, 'a.png').contentType).toBe('text/html; charset=utf-8');
});
