import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { ffmpegProgram, runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { encodePng } from './png.ts';
import { BLACK, type Rgb, WHITE } from './media.ts';

export const ODD_FRAMES = 12;
const WIDTH = 64;
const HEIGHT = 48;
const FPS = 30;
/** See-through in the clips that have an alpha channel. */
const KEY: Rgb = [1, 2, 3];
const IHDR_END = 33;

/**
 * Frame `number` of a clip: its number in binary as black and white squares of 16 pixels along the top, the lowest bit
 * left; red below on the left, blue on the right, and between them what is transparent where a clip has transparent
 * parts.
 */
function frame(number: number): Buffer {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const bit: Rgb = (number >> Math.floor(x / 16)) & 1 ? WHITE : BLACK;
      const below: Rgb = x < 16 ? [220, 30, 30] : x >= 48 ? [30, 60, 210] : KEY;
      rgb.set(y < 16 ? bit : below, (y * WIDTH + x) * 3);
    }
  return encodePng(WIDTH, HEIGHT, rgb);
}

/** Makes one colour of a PNG transparent. */
function withKey(png: Buffer, [r, g, b]: Rgb): Buffer {
  const body = Buffer.concat([Buffer.from('tRNS'), Buffer.from([0, r, 0, g, 0, b])]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(6, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, IHDR_END), chunk, png.subarray(IHDR_END)]);
}

const BT709 = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
const filter = (pixels: string): string => `-vf scale=out_color_matrix=bt709:out_range=tv,format=${pixels} ${BT709}`;
const x264 = (pixels: string): string => `${filter(pixels)} -c:v libx264 -crf 10`;

/** How each odd file is made: ffmpeg's arguments after its input of twelve PNG frames, 30 a second. */
const RECIPES = {
  'plain.mp4': x264('yuv420p'),
  'untagged.mp4': '-vf format=yuv420p -c:v libx264 -crf 10',
  'full.mp4': x264('yuv444p'),
  'hevc.mp4': `${filter('yuv420p10le')} -c:v libx265 -x265-params log-level=none -tag:v hvc1`,
  'prores.mov': '-vf format=yuv422p10le -c:v prores_ks',
  'prores4444.mov': '-vf format=yuva444p10le -c:v prores_ks -profile:v 4444',
  'png.mov': '-vf format=rgba -c:v png',
  'mjpeg.avi': '-c:v mjpeg -q:v 1',
  'order.avi': `${x264('yuv420p')} -bf 3`,
  'stream.ts': x264('yuv420p'),
  'alpha.webm': `${filter('yuva420p')} -c:v libvpx -b:v 2M -auto-alt-ref 0`,
  'vp9.webm': `${filter('yuv420p')} -c:v libvpx-vp9 -cpu-used 8`,
  'halting.mp4': `${x264('yuv420p')} -bf 0 -bsf:v setts=ts=if(gt(N\\,5)\\,TS+5*DURATION\\,TS)`,
  'hdr.mp4': `-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,zscale=tin=bt709:pin=bt709:min=bt709:t=smpte2084:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le -c:v libx265 -x265-params log-level=none -color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc`,
} as const;

export type OddFile = keyof typeof RECIPES;

/** Makes a film of twelve numbered frames in a form that not every program can play; `sound` adds a tone of 440 Hz. */
export async function makeOddClip(folder: string, name: OddFile, sound = false): Promise<string> {
  await mkdir(folder, { recursive: true });
  const isKeyed = /4444|png|alpha/.test(name);
  const frames = Array.from({ length: ODD_FRAMES }, (_, index) =>
    isKeyed ? withKey(frame(index), KEY) : frame(index),
  );
  const tone = sound ? `-f lavfi -i sine=f=440:d=${ODD_FRAMES / FPS} -c:a aac` : '';
  const args = `-f image2pipe -c:v png -framerate ${FPS} -i - ${tone} ${RECIPES[name]}`;
  const file = path.join(folder, name);
  await runFfmpeg([...args.split(/ +/), `file:${file}`], Buffer.concat(frames));
  return file;
}

/** The same film with the note that it is to be shown turned by so many degrees against the clock. */
export async function turned(file: string, degrees: 90 | 180 | 270): Promise<string> {
  const output = file.replace(/(\.\w+)$/, `-${degrees}$1`);
  const program = ffmpegProgram('ffmpeg');
  const args = ['-v', 'error', '-y', '-display_rotation', String(degrees), '-i', `file:${file}`, '-c', 'copy'];
  await promisify(execFile)(program.file, [...args, `file:${output}`], { env: program.env });
  return output;
}

/** The number that a decoded frame of these clips carries. */
export const numberOf = (pixel: (x: number, y: number) => Rgb): number =>
  [0, 1, 2, 3].reduce((number, bit) => number | (pixel(bit * 16 + 8, 8)[0] > 128 ? 1 << bit : 0), 0);
