import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEAD_BYTES, kindOf, type PictureFormat } from '../../../src/assets/file-kind/file-kind.ts';
import { BrokenPictureError } from '../../../src/assets/pictures/picture.ts';
import { viewOf, WINDOW_BYTES } from '../../../src/assets/pictures/byte-view.ts';
import { MOST_PIXELS, readPicture, readPictureFile } from '../../../src/assets/pictures/read-picture.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const read = (file: Buffer, format: PictureFormat) => readPicture(viewOf(file), format);
const fixture = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../fixtures/pictures/${name}`, import.meta.url));
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
  const picture = await read(file, format);
  expect(picture).toMatchObject({ width, height, transparent });
  if (seconds === null) expect(picture.durationSeconds).toBeNull();
  else expect(picture.durationSeconds).toBeCloseTo(seconds, 3);
});

test.each(PICTURES)('%s is refused when any part of its end is missing', async (name, format) => {
  const file = await fixture(name);
  for (let length = 16; length < file.length; length++)
    await expect(read(file.subarray(0, length), format), `${length} bytes`).rejects.toThrow(BrokenPictureError);
});

test('One wrong bit in the pixels of a PNG is noticed', async () => {
  const file = await fixture('alpha.png');
  const at = file.indexOf('IDAT') + 10;
  file.writeUInt8(file.readUInt8(at) ^ 1, at);
  await expect(read(file, 'png')).rejects.toThrow('a checksum in it is wrong');
});

test.each([
  ['width="40" height="30"', 40, 30],
  ["width='1in' height='72pt'", 96, 96],
  ['viewBox="0 0 64 32"', 64, 32],
  ['viewBox="0,0,64,32" width="128"', 128, 64],
  ['viewBox="0 0 64 32" width="100%" height="100%"', 64, 32],
  ['', 300, 150],
])('An SVG with %s is %i × %i pixels large', async (attributes, width, height) => {
  const file = svg(attributes);
  expect(kindOf(Buffer.concat([Buffer.from('<?xml version="1.0"?>\n<!-- drawn -->\n'), file]))).toEqual({
    family: 'picture',
    format: 'svg',
  });
  expect(await read(file, 'svg')).toMatchObject({ width, height, transparent: true });
});

test('A PNG that holds no pixels is refused', async () => {
  const file = await fixture('alpha.png');
  const [from, end] = [file.indexOf('IDAT') - 4, file.indexOf('IEND') - 4];
  await expect(read(Buffer.concat([file.subarray(0, from), file.subarray(end)]), 'png')).rejects.toThrow(
    'contains no picture',
  );
});

test('An animation of a million pictures is refused before it is drawn', async () => {
  const gif = await fixture('animated.gif');
  const head = gif.subarray(0, 13 + ((gif.readUInt8(10) & 0x80) === 0 ? 0 : 3 << ((gif.readUInt8(10) & 7) + 1)));
  const frame = Buffer.from('2c0000000001000100000202440100', 'hex');
  const many = Buffer.concat([head, Buffer.alloc(frame.length * 30_000, frame), Buffer.from(';')]);
  await expect(read(many, 'gif')).rejects.toThrow('more than 20000 pictures');
});

test('An SVG without its end is refused', async () => {
  await expect(read(svg('', ''), 'svg')).rejects.toThrow('is cut off');
});

test('A picture that would fill the memory is refused', async () => {
  const side = Math.sqrt(MOST_PIXELS) + 1;
  await expect(read(svg(`width="${side}" height="${side}"`), 'svg')).rejects.toThrow('is too large');
});

const FORMATS = ['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp', 'ico', 'svg'] as const;

test('Whatever the bytes are, they are read as a picture or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 6000 }), fc.constantFrom(...FORMATS), async (bytes, format) => {
      try {
        await read(Buffer.from(bytes), format);
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenPictureError);
      }
    }),
  );
});

test('Damage anywhere in a picture ends in a picture or a refusal, never in a crash or an endless walk', async () => {
  const files = await Promise.all(PICTURES.map(async ([name, format]) => ({ file: await fixture(name), format })));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      async (one, at, noise) => {
        const file = Buffer.from(one.file);
        file.set(noise.subarray(0, file.length - (at % file.length)), at % file.length);
        try {
          expect((await read(file, one.format)).width).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenPictureError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

/** A file of any size that takes no room on the disk: what is not written are zeros. */
async function sparse(head: Buffer, bytes: number): Promise<string> {
  const file = path.join(await scratchFolder(), 'picture');
  await writeFile(file, head);
  await truncate(file, bytes);
  return file;
}

test.each([
  ['svg', 64, 'is too large: 64 MiB, 32 MiB at most for SVG'],
  ['png', 2100, 'is too large: 2100 MiB, 512 MiB at most for PNG'],
  ['bmp', 3000, 'is too large: 3000 MiB, 512 MiB at most for BMP'],
] as const)('A %s of %i MiB is refused before it is read', async (format, mebibytes, problem) => {
  const file = await sparse(svg(''), mebibytes * 2 ** 20);
  await expect(readPictureFile(file, format)).rejects.toThrow(problem);
});

/** Bytes that keep a reader busy to the very end: as many steps as the format allows, or the same beginning again and again. */
const TIRING: readonly [PictureFormat, Buffer, string][] = [
  ['svg', Buffer.from('<svg '), '<svg '],
  ['svg', Buffer.from('<!--'), '<!--'],
  ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">'), '</svg '],
  ['svg', Buffer.from('<svg'), ' a="b"'],
  ['svg', Buffer.from('<!DOCTYPE svg'), '<!a [ '],
  ['gif', Buffer.from('GIF89a\x01\0\x01\0\0\0\0!\xfe', 'latin1'), '\x01a'],
  ['jpeg', Buffer.from('ffd8ffda0002', 'hex'), '\xff\0'],
  ['jpeg', Buffer.from('ffd8', 'hex'), '\xff\xe1\0\x02'],
  ['avif', Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1'), '\0\0\0\x08free'],
];

test.each(TIRING)(
  'Another %s that takes for ever to read (%j, %j) does not block the process, and an abort ends it',
  async (format, head, again) => {
    const file = path.join(await scratchFolder(), 'picture');
    await writeFile(file, Buffer.concat([head, Buffer.alloc(8 * 2 ** 20, again, 'latin1')]));
    let longest = 0;
    let last = performance.now();
    const clock = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await expect(readPictureFile(file, format)).rejects.toThrow(BrokenPictureError);
    clearInterval(clock);
    // A hang detection: the whole walk once took hours.
    expect(longest).toBeLessThan(15_000);
    await expect(readPictureFile(file, format, AbortSignal.abort(new Error('no longer')))).rejects.toThrow('no longer');
  },
);

test.each([
  ['jpeg', Buffer.from('ffd8', 'hex'), '\xff\xe1\0\x02'],
  ['avif', Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1'), '\0\0\0\x08free'],
  ['webp', Buffer.from('RIFF\xff\xff\xff\x00WEBP', 'latin1'), 'abcd\0\0\0\0'],
] as const)('A %s of tiny parts is refused without a walk through all of them', async (format, head, again) => {
  const bytes = Buffer.concat([head, Buffer.alloc(16 * 2 ** 20, again, 'latin1')]);
  await expect(read(bytes, format)).rejects.toThrow('consists of too many parts');
});

test('The blocks of a GIF may end on either side of a border between two reads', async () => {
  for (let before = WINDOW_BYTES - 600; before <= WINDOW_BYTES + 4; before += 3) {
    const blocks = Buffer.alloc(before, '\xfe' + 'a'.repeat(254), 'latin1').subarray(0, before - (before % 255));
    const gif = Buffer.concat([
      Buffer.from('GIF89a\x10\0\x08\0\0\0\0!\xfe', 'latin1'),
      blocks,
      Buffer.from([before % 255, ...Array.from({ length: before % 255 }, () => 7), 0]).subarray(
        before % 255 === 0 ? 1 : 0,
      ),
      Buffer.from(',\0\0\0\0\x10\0\x08\0\0\x02\x01\0\0;', 'latin1'),
    ]);
    expect(await read(gif, 'gif')).toMatchObject({ width: 16, height: 8 });
    await expect(read(gif.subarray(0, -1), 'gif')).rejects.toThrow('is cut off');
  }
});

test('Important bytes may be on either side of a border between two reads', async () => {
  for (let before = WINDOW_BYTES - 12; before <= WINDOW_BYTES + 4; before++) {
    const scan = Buffer.concat([Buffer.alloc(before, 1), Buffer.from('ff00ffd0ffd9', 'hex')]);
    const frame = Buffer.from('ffd8ffc0000b080010001801011100ffda0002', 'hex');
    const jpeg = Buffer.concat([frame, scan]);
    expect(await read(jpeg, 'jpeg')).toMatchObject({ width: 24, height: 16 });
    await expect(read(jpeg.subarray(0, -1), 'jpeg')).rejects.toThrow('is cut off');
  }
});
