import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEAD_BYTES, kindOf, type PictureFormat } from '../../../../src/assets/file-kind/file-kind.ts';
import { BrokenPictureError } from '../../../../src/drivers/remotion/preflight/pictures/picture.ts';
import { MOST_PIXELS, readPicture } from '../../../../src/drivers/remotion/preflight/pictures/read-picture.ts';

const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../../fixtures/pictures/${name}`, import.meta.url));
const svg = (attributes: string, end = '</svg>'): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><rect width="1" height="1"/>${end}`);

const PICTURES: readonly [string, PictureFormat, number, number, boolean, number | null][] = [
  ['turned.jpg', 'jpeg', 16, 24, false, null],
  ['progressive.jpg', 'jpeg', 24, 16, false, null],
  ['cmyk.jpg', 'jpeg', 24, 16, false, null],
  ['alpha.png', 'png', 24, 16, true, null],
  ['animated.png', 'png', 24, 16, true, 0.6],
  ['still.gif', 'gif', 24, 16, false, null],
  ['animated.gif', 'gif', 24, 16, true, 0.6],
  ['lossy.webp', 'webp', 24, 16, false, null],
  ['alpha.webp', 'webp', 24, 16, true, null],
  ['animated.webp', 'webp', 24, 16, true, 0.6],
  ['still.avif', 'avif', 24, 16, false, null],
  ['alpha.avif', 'avif', 24, 16, true, null],
  ['animated.avif', 'avif', 24, 16, true, 0.6],
  ['still.bmp', 'bmp', 24, 16, false, null],
  ['still.ico', 'ico', 16, 11, true, null],
];

test.each(PICTURES)('%s is known for a %s and its size, transparency and length are read', async (...expected) => {
  const [name, format, width, height, transparent, seconds] = expected;
  const file = await fixture(name);
  expect(kindOf(file.subarray(0, HEAD_BYTES))).toEqual({ family: 'picture', format });
  const picture = readPicture(file, format);
  expect(picture).toMatchObject({ width, height, transparent });
  if (seconds === null) expect(picture.durationSeconds).toBeNull();
  else expect(picture.durationSeconds).toBeCloseTo(seconds, 3);
});

test.each(PICTURES)('%s is refused when any part of its end is missing', async (name, format) => {
  const file = await fixture(name);
  for (let length = 16; length < file.length; length++)
    expect(() => readPicture(file.subarray(0, length), format), `${length} bytes`).toThrow(BrokenPictureError);
});

test('One wrong bit in the pixels of a PNG is noticed', async () => {
  const file = await fixture('alpha.png');
  const at = file.indexOf('IDAT') + 10;
  file.writeUInt8(file.readUInt8(at) ^ 1, at);
  expect(() => readPicture(file, 'png')).toThrow('a checksum in it is wrong');
});

test.each([
  ['width="40" height="30"', 40, 30],
  ["width='1in' height='72pt'", 96, 96],
  ['viewBox="0 0 64 32"', 64, 32],
  ['viewBox="0,0,64,32" width="128"', 128, 64],
  ['viewBox="0 0 64 32" width="100%" height="100%"', 64, 32],
  ['', 300, 150],
])('An SVG with %s is %i × %i pixels large', (attributes, width, height) => {
  const file = svg(attributes);
  expect(kindOf(Buffer.concat([Buffer.from('<?xml version="1.0"?>\n<!-- drawn -->\n'), file]))).toEqual({
    family: 'picture',
    format: 'svg',
  });
  expect(readPicture(file, 'svg')).toMatchObject({ width, height, transparent: true });
});

test('An SVG without its end is refused', () => {
  expect(() => readPicture(svg('', ''), 'svg')).toThrow('is cut off');
});

test('A picture that would fill the memory is refused', () => {
  const side = Math.sqrt(MOST_PIXELS) + 1;
  expect(() => readPicture(svg(`width="${side}" height="${side}"`), 'svg')).toThrow('is too large');
});

const FORMATS = ['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp', 'ico', 'svg'] as const;

test('Whatever the bytes are, they are read as a picture or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6000 }), fc.constantFrom(...FORMATS), (bytes, format) => {
      try {
        readPicture(Buffer.from(bytes), format);
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenPictureError);
      }
    }),
  );
});

test('Damage anywhere in a picture ends in a picture or a refusal, never in a crash or an endless walk', async () => {
  const files = await Promise.all(PICTURES.map(async ([name, format]) => ({ file: await fixture(name), format })));
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      (one, at, noise) => {
        const file = Buffer.from(one.file);
        file.set(noise.subarray(0, file.length - (at % file.length)), at % file.length);
        try {
          expect(readPicture(file, one.format).width).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenPictureError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
