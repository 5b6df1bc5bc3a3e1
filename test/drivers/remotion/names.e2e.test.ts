import { copyFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { driverRig } from '../../helpers/driver-rig.ts';
import { BLUE, decodeFrames, GREEN, makeClip, makePicture, RED, type Rgb } from '../../helpers/media.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/pictures/${name}`, import.meta.url));
const near = (actual: Rgb, wanted: Rgb): boolean =>
  actual.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 16);

test('Every file is drawn as what its bytes say, whatever its name says', async () => {
  const rig = await driverRig();
  try {
    const at = (name: string): string => path.join(rig.assets, name);
    const svg = (colour: string): string =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="rgb(${colour})"/></svg>`;
    await writeFile(at('drawing.png'), svg(BLUE.join()));
    await writeFile(at('drawing.html'), svg(GREEN.join()));
    await writeFile(at('drawing'), Buffer.from(`\ufeff${svg(RED.join())}`, 'utf16le'));
    await makePicture(at('made.png'), GREEN);
    await rename(at('made.png'), at('picture.svg'));
    await makePicture(at('made.png'), BLUE);
    await rename(at('made.png'), at('picture.mp4'));
    await makeClip(at('made.mp4'), { colours: [RED, RED, RED, RED] });
    await rename(at('made.mp4'), at('film.html'));
    await copyFile(fixture('still.bmp'), at('still.webm'));
    const { file } = await rig.render({
      width: 64,
      height: 64,
      durationInFrames: 14,
      backgroundColor: '#000000',
      clips: [
        ...['drawing.png', 'drawing.html', 'drawing', 'picture.svg', 'picture.mp4'].map((src) => ({
          type: 'image',
          src,
          durationInFrames: 2,
        })),
        { type: 'video', src: 'film.html', durationInFrames: 2 },
        { type: 'image', src: 'still.webm', durationInFrames: 2 },
      ],
      watermark: { src: 'drawing.html', position: 'bottom-left', width: 8, margin: 4, opacity: 1 },
    });
    const film = await decodeFrames(file, 64, 64);
    const colours = [1, 3, 5, 7, 9, 11].map((frame) => film.pixel(frame, 32, 20));
    for (const [index, wanted] of [BLUE, GREEN, RED, GREEN, BLUE, RED].entries())
      expect(near(colours[index] ?? [0, 0, 0], wanted), `clip ${index}: ${String(colours[index])}`).toBe(true);
    expect(near(film.pixel(13, 32, 20), [0, 0, 0])).toBe(false);
    expect(near(film.pixel(1, 8, 56), GREEN)).toBe(true);
  } finally {
    await rig.remove();
  }
});
