import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Canvas } from '@napi-rs/canvas';
import { execa } from 'execa';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';
import type { Made } from '../nodes/node-class.ts';
import { loadCanvas, pixelsOf, type CanvasLibrary } from './canvas.ts';
import { drawCaption } from './caption.ts';
import { paintPicture } from './picture.ts';
import { encodeAnimatedWebp } from './webp.ts';

/** How much of the scene lies outside the frame, for the camera to move over. */
const ROOM = 0.14;
/** Frames times pixels that are painted; a longer or larger film is painted smaller and scaled up. */
const PIXEL_BUDGET = 40_000_000;
const BAR_SHARE = 0.008;

const CODECS = {
  mp4: '-c:v libx264 -preset ultrafast -crf 20 -movflags +faststart',
  mkv: '-c:v libx264 -preset ultrafast -crf 20',
  webm: '-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 32 -b:v 0',
};

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/**
 * Input options for frames on standard input. The ffmpeg that comes with Remotion has no `rawvideo` format, but its
 * `image2pipe` hands pieces of a given size to the decoder.
 */
const rawFrames = (width: number, height: number, fps: number): string =>
  `-f image2pipe -frame_size ${width * height * 4} -c:v rawvideo -pixel_format rgba -video_size ${width}x${height} -framerate ${fps} -i -`;

interface Film {
  /** The scene, larger than the frame. */
  scene: Canvas;
  /** The size of a frame. */
  width: number;
  height: number;
  made: Made;
}

/**
 * The pixels of each frame: a window that glides over the scene, the caption, and a bar that shows how far the film is.
 * Each frame is painted when the encoder asks for it.
 */
function* framesOf(
  { scene, width, height, made }: Film,
  { createCanvas }: CanvasLibrary,
): Generator<Uint8ClampedArray> {
  const { count = 1 } = made;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const barHeight = Math.max(2, Math.round(height * BAR_SHARE));
  for (let frame = 0; frame < count; frame++) {
    const share = count === 1 ? 0 : frame / (count - 1);
    const eased = (1 - Math.cos(Math.PI * share)) / 2;
    const [left, top] = [(scene.width - width) * eased, (scene.height - height) * (1 - eased) * 0.7];
    context.drawImage(scene, -Math.round(left), -Math.round(top));
    drawCaption(context, made);
    context.fillStyle = 'white';
    context.fillRect(0, height - barHeight, Math.round(width * share), barHeight);
    yield pixelsOf(canvas);
  }
}

/** Makes a film of a node's picture, in the size, length and rate that the graph asked for. */
export async function encodeVideo(
  made: Made,
  ending: 'mp4' | 'webm' | 'mkv' | 'webp',
  signal: AbortSignal,
): Promise<Buffer> {
  if (ending === 'webp') return encodeAnimatedWebp(made);
  const { count = 1, fps = 16 } = made;
  const [fullWidth, fullHeight] = [even(made.width ?? 512), even(made.height ?? 512)];
  const scale = Math.min(1, Math.sqrt(PIXEL_BUDGET / (fullWidth * fullHeight * count)));
  const [width, height] = [even(fullWidth * scale), even(fullHeight * scale)];
  const scene = await paintPicture(made, Math.round(width * (1 + ROOM)), Math.round(height * (1 + ROOM)));
  const folder = await mkdtemp(path.join(tmpdir(), 'comfyui-simulator-'));
  const file = path.join(folder, `clip.${ending}`);
  try {
    const { file: ffmpeg, env } = ffmpegProgram('ffmpeg');
    const filter = `-vf scale=${fullWidth}:${fullHeight}`;
    const args = `-v error ${rawFrames(width, height, fps)} ${filter} ${CODECS[ending]} -pix_fmt yuv420p -threads 2`;
    const frames = framesOf({ scene, width, height, made }, await loadCanvas());
    await execa(ffmpeg, [...args.split(' '), file], { env, extendEnv: false, stdin: frames, cancelSignal: signal });
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
