import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { encodePng } from '../../helpers/png.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { BLUE, decodeFrames, GREEN, makePicture, RED, type Film, type Rgb } from '../../helpers/media.ts';

const SIZE = 320;
const MARK = 40;

function expectColour(actual: Rgb, wanted: Rgb): void {
  for (const [index, part] of wanted.entries())
    expect(Math.abs((actual[index] ?? -1) - part), `${actual.join()} ≠ ${wanted.join()}`).toBeLessThan(16);
}

const mixed = (a: Rgb, b: Rgb, share: number): Rgb =>
  [0, 1, 2].map((n) => (a[n] ?? 0) * (1 - share) + (b[n] ?? 0) * share) as unknown as Rgb;

/** A PNG, 64×64, red on the left and blue on the right. */
function halves(): Uint8Array {
  const rgb = new Uint8Array(64 * 64 * 3);
  for (let at = 0; at < 64 * 64; at++) rgb.set(at % 64 < 32 ? RED : BLUE, at * 3);
  return encodePng(64, 64, rgb);
}

const PRIMARIES: Rgb[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];

/** A GIF of three colours, 100 ms each. */
async function makeGif(file: string): Promise<void> {
  const pngs = PRIMARIES.map((colour) =>
    encodePng(
      64,
      64,
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, n) => colour[n % 3] ?? 0),
    ),
  );
  const input = ['-f', 'image2pipe', '-c:v', 'png', '-framerate', '10', '-i', '-'];
  await runFfmpeg([...input, '-c:v', 'gif', `file:${file}`], Buffer.concat(pngs));
}

/** The PNG with one colour made transparent: a tRNS chunk behind the header of 33 bytes. */
function withoutColour(png: Uint8Array, [r, g, b]: Rgb): Buffer {
  const chunk = Buffer.from([0, 0, 0, 6, ...Buffer.from('tRNS'), 0, r, 0, g, 0, b, 0, 0, 0, 0]);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 14)), 14);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** VP9 with alpha: red on the left, nothing on the right. */
async function makeTransparent(file: string): Promise<void> {
  const frames = Array.from({ length: 10 }, () => withoutColour(halves(), BLUE));
  const input =
    '-f image2pipe -c:v png -framerate 30 -i - -vf scale=out_color_matrix=bt709:out_range=tv,format=yuva420p';
  const codec = '-colorspace bt709 -c:v libvpx-vp9 -auto-alt-ref 0 -b:v 1M';
  await runFfmpeg([...`${input} ${codec}`.split(' '), `file:${file}`], Buffer.concat(frames));
}

let rig: Awaited<ReturnType<typeof driverRig>>;
let film: Film;
beforeAll(async () => {
  rig = await driverRig();
  const at = (name: string): string => path.join(rig.assets, name);
  await makePicture(at('red.png'), RED);
  await makePicture(at('green.png'), GREEN);
  await makePicture(at('blue.png'), BLUE);
  await makePicture(at('wide.png'), GREEN, 128, 64);
  await writeFile(at('halves.png'), halves());
  await makeGif(at('three.gif'));
  await makeTransparent(at('glass.webm'));
  const clip = (from: number, durationInFrames: number, look: object): object => ({ from, durationInFrames, ...look });
  const coming = (type: string, direction?: string): object => ({
    transition: { type, durationInFrames: 9, ...(direction === undefined ? {} : { direction }) },
  });
  const { file } = await rig.render({
    width: SIZE,
    height: SIZE,
    durationInFrames: 90,
    backgroundColor: '#000000',
    clips: [
      clip(0, 10, { type: 'image', src: 'halves.png', motion: { type: 'pan-right', amount: 0.5 } }),
      clip(10, 10, { type: 'image', src: 'blue.png' }),
      clip(20, 10, { type: 'image', src: 'green.png', ...coming('fade') }),
      clip(30, 10, { type: 'image', src: 'red.png', ...coming('slide', 'from-left') }),
      clip(40, 10, { type: 'color', color: 'rgb(30 60 210)', ...coming('wipe', 'from-top') }),
      clip(50, 20, { type: 'gif', src: 'three.gif', loop: true }),
      clip(70, 10, { type: 'image', src: 'wide.png', fit: 'contain-blur' }),
      clip(80, 10, { type: 'image', src: 'green.png' }),
      clip(80, 10, { type: 'video', src: 'glass.webm', layer: 1 }),
      clip(80, 10, {
        type: 'text',
        text: 'I',
        layer: 2,
        style: { left: 200, top: 200, width: 80 },
        textStyle: { fontSize: 40, backgroundColor: 'rgb(30 60 210)', align: 'left' },
      }),
    ],
    watermark: { src: 'red.png', position: 'bottom-left', width: MARK, margin: 10, opacity: 1 },
  });
  film = await decodeFrames(file, SIZE, SIZE);
});
afterAll(() => rig.remove());

test('A pan to the right begins at the left edge of the picture and ends at its right edge.', () => {
  expectColour(film.pixel(0, 220, 100), RED);
  expectColour(film.pixel(0, 260, 100), BLUE);
  expectColour(film.pixel(9, 60, 100), RED);
  expectColour(film.pixel(9, 100, 100), BLUE);
  for (let frame = 0; frame < 10; frame++) {
    expectColour(film.pixel(frame, 1, 1), RED);
    expectColour(film.pixel(frame, SIZE - 2, SIZE - 2), BLUE);
  }
});

test('A fade mixes the two clips from its first frame to its last, without a dark one between.', () => {
  expectColour(film.pixel(19, 160, 100), BLUE);
  for (let frame = 20; frame < 29; frame++)
    expectColour(film.pixel(frame, 160, 100), mixed(BLUE, GREEN, (frame - 19) / 10));
  expectColour(film.pixel(29, 160, 100), GREEN);
});

test('A slide brings the clip in over the one before it.', () => {
  expectColour(film.pixel(34, 150, 100), RED);
  expectColour(film.pixel(34, 170, 100), GREEN);
  expectColour(film.pixel(39, 310, 100), RED);
});

test('A wipe uncovers the clip over the one before it.', () => {
  expectColour(film.pixel(44, 160, 150), BLUE);
  expectColour(film.pixel(44, 160, 170), RED);
  expectColour(film.pixel(49, 160, 310), BLUE);
});

test('A GIF shows each picture for its time, and starts over.', () => {
  for (let frame = 50; frame < 70; frame++)
    expectColour(film.pixel(frame, 160, 100), PRIMARIES[Math.floor((frame - 50) / 3) % 3] ?? RED);
});

test('A contained picture stands in front of itself, blurred and darker.', () => {
  expectColour(film.pixel(75, 160, 160), GREEN);
  expectColour(film.pixel(75, 160, 30), mixed([0, 0, 0], GREEN, 0.7));
});

test('Through the transparent part of a video what is below it is seen.', () => {
  expectColour(film.pixel(85, 80, 100), RED);
  expectColour(film.pixel(85, 240, 100), GREEN);
});

test('Text stands on its box where its style says.', () => {
  expectColour(film.pixel(85, 205, 230), BLUE);
  expectColour(film.pixel(85, 195, 230), GREEN);
});

test('The watermark is above everything, in every frame.', () => {
  for (let frame = 0; frame < 90; frame++) expectColour(film.pixel(frame, 10 + MARK / 2, SIZE - 10 - MARK / 2), RED);
});
