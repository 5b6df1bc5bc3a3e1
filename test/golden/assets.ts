import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { encodePng } from '../helpers/png.ts';
import { makeSound, type Rgb, tone } from '../helpers/media.ts';
import { makeOddClip } from '../helpers/odd-media.ts';

const PICTURES = new URL('../fixtures/pictures/', import.meta.url);
const SAMPLE_RATE = 48_000;
/** Of the clip's film, so that its frame rate is none of the films'. */
const CLIP_FPS = 20;

/** Captions by their paths, as the server hands them to the driver. */
export const CAPTIONS = new Map([
  [
    'captions/film.srt',
    '1\n00:00:00,000 --> 00:00:00,700\nRead from\na file\n\n2\n00:00:00,800 --> 00:00:01,500 X1:40\n{\\an8}<i>line</i> by line\n',
  ],
]);

function paint(width: number, height: number, at: (x: number, y: number) => Rgb): Buffer {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(at(x, y), (y * width + x) * 3);
  return encodePng(width, height, rgb);
}

/** A picture of which every part and every turn looks different: a sky, a sun on the right, a dark hill, and a white corner top left. */
const landscape = (width: number, height: number): Buffer =>
  paint(width, height, (x, y) => {
    const [u, v] = [x / width, y / height];
    if (u < 0.15 && v < 0.15) return [255, 255, 255];
    if (Math.hypot((u - 0.72) * width, (v - 0.3) * height) < 0.12 * Math.min(width, height)) return [255, 190, 40];
    if (v > 0.72 - 0.3 * Math.sin(u * 3)) return [20, 90 + 60 * u, 60];
    return [60 + 120 * v, 120 + 80 * v, 230 - 60 * u];
  });

/** Frame `number` of the clip: a bar that moves right by a tenth of the width, over a ground whose colour shows how late it is. */
const clipFrame = (number: number): Buffer =>
  paint(96, 96, (x, y) => {
    const bar = (number % 10) * 9.6;
    if (x >= bar && x < bar + 9.6) return [250, 240, 230];
    return y < 64 ? [200 - number * 5, 40 + number * 4, 60] : [30, 60, 90 + number * 4];
  });

async function makeMovingClip(file: string): Promise<void> {
  const frames = Buffer.concat(Array.from({ length: 30 }, (_, number) => clipFrame(number)));
  const input = `-f image2pipe -c:v png -framerate ${CLIP_FPS} -i - -f lavfi -i sine=f=440:d=1.5`;
  const tags = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
  const colour = `-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p ${tags}`;
  await runFfmpeg([...`${input} ${colour} -c:v libx264 -crf 10 -c:a aac`.split(' '), `file:${file}`], frames);
}

/** A tone of a second, at its middle half a millisecond as loud as can be. */
function voice(): Float32Array {
  const samples = tone(220, 1, 0.25);
  samples.set(tone(6000, 0.0005, 0.95), SAMPLE_RATE / 2);
  return samples;
}

/** All files that the golden films name. */
export async function makeAssets(folder: string): Promise<void> {
  const at = (name: string): string => path.join(folder, name);
  await Promise.all(['captions', 'images', 'sound'].map((name) => mkdir(at(name), { recursive: true })));
  await writeFile(at('images/wide.png'), landscape(160, 90));
  await writeFile(at('images/tall.png'), landscape(60, 120));
  await writeFile(at('images/broken.png'), landscape(60, 120).subarray(0, 200));
  for (const name of ['alpha.png', 'animated.gif', 'animated.png'])
    await copyFile(new URL(name, PICTURES), at(`images/${name}`));
  for (const [name, text] of CAPTIONS) await writeFile(at(name), text);
  await makeMovingClip(at('clip.mp4'));
  await makeOddClip(folder, 'alpha.webm');
  await makeSound(at('sound/voice.wav'), voice());
  await makeSound(at('sound/music.wav'), tone(1500, 0.4, 0.5), true);
}
