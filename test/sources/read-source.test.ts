import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/host/project.ts';
import { readSource } from '../../src/sources/read-source.ts';
import { encodePng } from '../helpers/png.ts';
import { encodeWav } from '../helpers/wav.ts';

const png = encodePng(1, 1, Uint8Array.of(1, 2, 3));
const wav = encodeWav([new Float32Array(10)], 8000);

test.each([
  'https://example.com/fox.png',
  ' HTTPS://example.com/a?b=c#d ',
  'http://10.0.0.1:8188/view',
  'https://user:secret@example.com/x',
])('%s is an address', (text) => {
  expect(readSource(text)).toEqual({ address: text.trim() });
});

test.each([
  ['https:', 'expected a valid address'],
  ['https:fox.png', 'expected a valid address'],
  ['https://', 'expected a valid address'],
  ['https://a b/c', 'expected a valid address'],
  [`https://example.com/${'a'.repeat(9000)}`, 'at most 8000 characters'],
  ['data:', 'expected a data URI'],
  ['data:image/png;base64', 'expected a data URI'],
  ['data:image/png;base64,', 'not base64'],
  ['data:image/png;base64,@@@@', 'not base64'],
  ['data:text/plain,%E0%A4', 'expected a data URI'],
  ['data:text/plain,', 'no content'],
])('%s is meant as a source, and wrong', (text, problem) => {
  expect(readSource(text)).toEqual({ problem: expect.stringContaining(problem) as string });
});

test('A data URI has the bytes and the type of a file, in base64 or as a text', () => {
  const base64 = png.toString('base64');
  const wrapped = base64.replaceAll(/.{76}/g, '$&\r\n');
  for (const text of [
    `data:image/png;base64,${base64}`,
    `DATA:image/PNG;charset=x;BASE64,${wrapped}`,
    `data:image/png;base64,${encodeURIComponent(base64)}`,
    `data:image/png;base64,${png.toString('base64url')}`,
  ])
    expect(readSource(text)).toEqual({ bytes: png, extension: 'png' });
  expect(readSource('data:text/vtt,WEBVTT%0A%0A1')).toEqual({ bytes: Buffer.from('WEBVTT\n\n1'), extension: 'vtt' });
  expect(readSource('data:,caf%C3%A9')).toEqual({ bytes: Buffer.from('café'), extension: undefined });
});

test('Bare base64 is a source if it is a picture, a film or a sound', () => {
  for (const bytes of [png, wav]) expect(readSource(bytes.toString('base64'))).toEqual({ bytes, extension: undefined });
  const folder = path.join(projectRoot(), 'test/fixtures/pictures');
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(path.join(folder, name));
    expect({ name, source: readSource(bytes.toString('base64')) }).toEqual({
      name,
      source: { bytes, extension: undefined },
    });
  }
  expect(
    readSource(Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nHello, world\n').toString('base64')),
  ).toBeUndefined();
});

test('Other texts are paths', () => {
  for (const text of ['', 'fox.png', '/assets/inputs/fox.png', 'https', 'httpsfox.png', 'database.png', 'a/data:x.png'])
    expect(readSource(text)).toBeUndefined();
  const name = fc.stringMatching(/^[A-Za-z0-9_+-]{1,40}$/);
  const paths = fc
    .tuple(fc.array(name, { minLength: 1, maxLength: 6 }), fc.constantFrom('', '.png', '.wav'))
    .map(([names, extension]) => names.join('/') + extension);
  fc.assert(fc.property(paths, (one) => readSource(one) === undefined));
});

test('Every text is read in a time that grows with its length alone', () => {
  for (const part of ['data:', 'data:;base64,', 'A', '=', '%', ';', 'https:', '\n']) readSource(part.repeat(300_000));
  fc.assert(fc.property(fc.string(), (text) => void readSource(`data:${text}`)));
});
