import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { encodePng } from '../helpers/png.ts';
import { decodeFrames } from '../helpers/media.ts';
import type { Picture } from './likeness.ts';

/** What a golden film is compared with beside its pictures. */
export interface Reference {
  /** Of the film; those of the sheet's pictures are half as large. */
  width: number;
  height: number;
  frames: number;
  durationSeconds: number;
  warnings: string[];
  /** Of each half second, in dB below full scale; null is silence. */
  loudness: (number | null)[];
  /** Where the loudest sample is, in milliseconds; null in silence. */
  peakMs: number | null;
}

/** Pictures side by side on the sheet that holds all frames of a film. */
const COLUMNS = 8;
const FOLDER = new URL('references/', import.meta.url);
const sheetFile = (name: string): string => new URL(`${name}.jpg`, FOLDER).pathname;
const numbersFile = (name: string): URL => new URL(`${name}.json`, FOLDER);

/** Half as wide and high: what browsers draw differently at the edges of letters hardly shows any more, and the sheets stay small. */
export function halved(rgb: Uint8Array, fullWidth: number, fullHeight: number): Picture {
  const [width, height] = [fullWidth >> 1, fullHeight >> 1];
  const half = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let part = 0; part < 3; part++) {
        const at = (dy: number, dx: number): number => rgb[((2 * y + dy) * fullWidth + 2 * x + dx) * 3 + part] ?? 0;
        half[(y * width + x) * 3 + part] = Math.round((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4);
      }
  return { width, height, rgb: half };
}

/** Copies rows of a picture into or out of its place on the sheet. */
function eachRow(
  index: number,
  { width, height }: { width: number; height: number },
  copy: (onSheet: number, row: number) => void,
): void {
  const [left, top] = [(index % COLUMNS) * width, Math.floor(index / COLUMNS) * height];
  for (let y = 0; y < height; y++) copy(((top + y) * width * COLUMNS + left) * 3, y * width * 3);
}

const sheetSize = (count: number, { width, height }: { width: number; height: number }) => ({
  width: width * COLUMNS,
  height: Math.ceil(count / COLUMNS) * height,
});

export async function writeReference(name: string, pictures: readonly Picture[], numbers: Reference): Promise<void> {
  const [first] = pictures;
  if (first === undefined) throw new Error('a film has frames');
  const size = sheetSize(pictures.length, first);
  const sheet = new Uint8Array(size.width * size.height * 3);
  pictures.forEach((picture, index) =>
    eachRow(index, picture, (onSheet, row) => sheet.set(picture.rgb.subarray(row, row + picture.width * 3), onSheet)),
  );
  await mkdir(FOLDER, { recursive: true });
  const png = encodePng(size.width, size.height, sheet);
  const toJpeg =
    '-f image2pipe -c:v png -i - -pix_fmt yuvj444p -c:v mjpeg -qmin 1 -q:v 1 -fflags +bitexact -flags +bitexact -f image2 -update 1';
  await runFfmpeg([...toJpeg.split(' '), `file:${sheetFile(name)}`], png);
  await writeFile(numbersFile(name), `${JSON.stringify(numbers, null, 2)}\n`);
}

export async function readReference(name: string): Promise<{ pictures: Picture[]; numbers: Reference }> {
  const numbers = JSON.parse(await readFile(numbersFile(name), 'utf8')) as Reference;
  const [width, height] = [numbers.width >> 1, numbers.height >> 1];
  const size = sheetSize(numbers.frames, { width, height });
  const { frames } = await decodeFrames(sheetFile(name), size.width, size.height);
  const [sheet] = frames;
  if (sheet === undefined) throw new Error(`${sheetFile(name)} is no picture`);
  const pictures = Array.from({ length: numbers.frames }, (_, index): Picture => {
    const rgb = new Uint8Array(width * height * 3);
    eachRow(index, { width, height }, (onSheet, row) => rgb.set(sheet.subarray(onSheet, onSheet + width * 3), row));
    return { width, height, rgb };
  });
  return { pictures, numbers };
}
