import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { ffmpegProgram } from '../../../assets/ffmpeg.ts';
import type { Made } from '../nodes/node-class.ts';
import { createCaption, layCaption, type Caption } from './caption.ts';
import { rasterOf } from './picture.ts';
import { rawFrames } from './raw-frames.ts';
import type { Raster } from './scene.ts';
import { encodeAnimatedWebp } from './webp.ts';

/** How much of the scene lies outside the frame, for the camera to move over. */
const ROOM = 0.14;
/** Frames times pixels that are painted; a longer or larger film is painted smaller and scaled up. */
const PIXEL_BUDGET = 40_000_000;
const BAR_SHARE = 0.008;

const CODECS = {
  mp4: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-movflags', '+faststart'],
  mkv: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20'],
  webm: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '32', '-b:v', '0'],
};

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/** The frame at a moment: a window that glides over the scene, the caption, and a bar that shows how far the film is. */
function paintFrame(
  scene: Raster,
  width: number,
  height: number,
  share: number,
  caption: Caption | undefined,
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  const eased = (1 - Math.cos(Math.PI * share)) / 2;
  const left = Math.round((scene.width - width) * eased);
  const top = Math.round((scene.height - height) * (1 - eased) * 0.7);
  for (let y = 0; y < height; y++) {
    const start = ((y + top) * scene.width + left) * 3;
    rgb.set(scene.rgb.subarray(start, start + width * 3), y * width * 3);
  }
  if (caption !== undefined) layCaption({ width, height, rgb }, caption);
  const barTop = height - Math.max(2, Math.round(height * BAR_SHARE));
  for (let y = barTop; y < height; y++) rgb.fill(255, y * width * 3, (y * width + Math.round(width * share)) * 3);
  return rgb;
}

const drained = (stream: Writable): Promise<unknown> => once(stream, 'drain').catch(() => undefined);

async function pipeFrames(args: readonly string[], frames: Iterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const { file, env } = ffmpegProgram('ffmpeg');
  const child = spawn(file, ['-v', 'error', '-y', ...args], { env, signal, stdio: ['pipe', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.on('error', () => undefined);
  for (const frame of frames) if (!child.stdin.write(frame)) await Promise.race([drained(child.stdin), closed]);
  child.stdin.end();
  const [code] = (await closed) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg failed: ${errors.trim().slice(-500)}`);
}

/** A film of what a node made, in the size, length and rate that the graph asked for. */
export async function encodeVideo(
  made: Made,
  ending: 'mp4' | 'webm' | 'mkv' | 'webp',
  signal: AbortSignal,
): Promise<Buffer> {
  const { width: asked = 512, height: askedHeight = 512, count = 1, fps = 16 } = made;
  if (ending === 'webp') return encodeAnimatedWebp(made);
  const [width, height] = [even(asked), even(askedHeight)];
  const scale = Math.min(1, Math.sqrt(PIXEL_BUDGET / (width * height * count)));
  const [w, h] = [even(width * scale), even(height * scale)];
  const scene = await rasterOf(made, Math.round(w * (1 + ROOM)), Math.round(h * (1 + ROOM)));
  const caption = createCaption(made, w, h);
  function* frames(): Generator<Uint8Array> {
    for (let frame = 0; frame < count; frame++)
      yield paintFrame(scene, w, h, count === 1 ? 0 : frame / (count - 1), caption);
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'comfyui-simulator-'));
  const file = path.join(folder, `clip.${ending}`);
  try {
    const sized = scale < 1 ? ['-vf', `scale=${width}:${height}`] : [];
    await pipeFrames(
      [...rawFrames(w, h, fps), ...sized, ...CODECS[ending], '-pix_fmt', 'yuv420p', '-threads', '2', file],
      frames(),
      signal,
    );
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
