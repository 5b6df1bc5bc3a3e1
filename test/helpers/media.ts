import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { encodePng } from './png.ts';
import { encodeWav } from './wav.ts';

export type Rgb = readonly [number, number, number];

export const RED: Rgb = [220, 30, 30];
export const GREEN: Rgb = [20, 160, 60];
export const BLUE: Rgb = [30, 60, 210];
export const WHITE: Rgb = [255, 255, 255];
export const BLACK: Rgb = [0, 0, 0];

const SAMPLE_RATE = 48_000;

function solid(width: number, height: number, colour: Rgb): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < rgb.length; at += 3) rgb.set(colour, at);
  return rgb;
}

async function write(file: string, data: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, data);
}

/** A PNG of one colour. */
export const makePicture = (file: string, colour: Rgb, width = 64, height = 64): Promise<void> =>
  write(file, encodePng(width, height, solid(width, height, colour)));

/** A PNG whose outermost pixels are of another colour than the rest. */
export async function makeFramedPicture(file: string, inner: Rgb, edge: Rgb, size = 64): Promise<void> {
  const rgb = solid(size, size, edge);
  for (let y = 1; y < size - 1; y++) for (let x = 1; x < size - 1; x++) rgb.set(inner, (y * size + x) * 3);
  await write(file, encodePng(size, size, rgb));
}

export interface ClipOptions {
  /** One colour a frame. */
  colours: readonly Rgb[];
  width?: number;
  height?: number;
  fps?: number;
  /** Frequency of its sound in Hz; silent when absent. */
  hertz?: number;
}

/** An H.264 clip, with AAC sound if asked for. */
export async function makeClip(file: string, options: ClipOptions): Promise<void> {
  const { colours, width = 64, height = 64, fps = 30, hertz } = options;
  await mkdir(path.dirname(file), { recursive: true });
  const frames = Buffer.concat(colours.map((colour) => encodePng(width, height, solid(width, height, colour))));
  const sound = hertz === undefined ? '' : `-f lavfi -i sine=f=${hertz}:d=${colours.length / fps}`;
  const input = `-f image2pipe -c:v png -framerate ${fps} -i - ${sound}`;
  const colour =
    '-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709 -color_primaries bt709';
  const codecs = '-color_trc bt709 -c:v libx264 -crf 12 -bf 0 -c:a aac';
  await runFfmpeg([...`${input} ${colour} ${codecs}`.split(/ +/), `file:${file}`], frames);
}

/** Samples of a tone that reaches `peak` (0–1). */
export const tone = (hertz: number, seconds: number, peak = 0.5): Float32Array =>
  Float32Array.from(
    { length: Math.round(seconds * SAMPLE_RATE) },
    (_, index) => peak * Math.sin((2 * Math.PI * hertz * index) / SAMPLE_RATE),
  );

/** A 48 kHz WAV; one channel unless `stereo`. */
export const makeSound = (file: string, samples: Float32Array, stereo = false): Promise<void> =>
  write(file, encodeWav(stereo ? [samples, samples] : [samples], SAMPLE_RATE));

export interface Film {
  frames: Buffer[];
  /** Colour of one pixel of a frame. */
  pixel(frame: number, x: number, y: number): Rgb;
}

/** All frames of a small film, as RGB. */
export async function decodeFrames(file: string, width: number, height: number): Promise<Film> {
  const size = width * height * 3;
  // The bundled ffmpeg has no muxer for raw video, but this one writes packets as they are.
  const output = '-f image2pipe -c:v rawvideo -pix_fmt rgb24 -fps_mode passthrough -';
  const raw = await runFfmpeg(['-i', `file:${file}`, ...output.split(' ')]);
  const frames = Array.from({ length: raw.length / size }, (_, index) =>
    raw.subarray(index * size, (index + 1) * size),
  );
  return {
    frames,
    pixel(frame, x, y) {
      const at = (y * width + x) * 3;
      const [r = -1, g = -1, b = -1] = frames[frame]?.subarray(at, at + 3) ?? [];
      return [r, g, b];
    },
  };
}

/** The film's sound: 48 kHz, both channels mixed into one. */
export async function decodeSound(file: string): Promise<Float32Array> {
  const output = `-f wav -c:a pcm_s16le -ac 1 -ar ${SAMPLE_RATE} -`;
  const wav = await runFfmpeg(['-i', `file:${file}`, ...output.split(' ')]);
  const data = wav.subarray(wav.indexOf('data') + 8);
  return Float32Array.from({ length: data.length >> 1 }, (_, index) => data.readInt16LE(index * 2) / 32_768);
}

/** Root mean square of a stretch of sound; 0 is silence. */
export function level(samples: Float32Array, fromSeconds: number, toSeconds: number): number {
  const part = samples.subarray(Math.round(fromSeconds * SAMPLE_RATE), Math.round(toSeconds * SAMPLE_RATE));
  return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, part.length));
}

/** How much of one frequency a stretch of sound holds, as its amplitude (0–1). */
export function amplitude(samples: Float32Array, hertz: number, fromSeconds: number, toSeconds: number): number {
  const part = samples.subarray(Math.round(fromSeconds * SAMPLE_RATE), Math.round(toSeconds * SAMPLE_RATE));
  let real = 0;
  let imaginary = 0;
  part.forEach((sample, index) => {
    const angle = (2 * Math.PI * hertz * index) / SAMPLE_RATE;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(real, imaginary)) / Math.max(1, part.length);
}
