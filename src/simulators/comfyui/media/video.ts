import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runFfmpeg } from '../../../assets/ffmpeg.ts';
import type { Made } from '../nodes/node-class.ts';
import { paintScene } from './scene.ts';

/** A film of what a node made, in the size, length and rate that the graph asked for. */
export async function encodeVideo(
  made: Made,
  ending: 'mp4' | 'webm' | 'mkv' | 'webp',
  _signal: AbortSignal,
): Promise<Buffer> {
  const { width = 512, height = 512, count = 16, fps = 16 } = made;
  const frame = paintScene(made, width, height, 0).rgb;
  const folder = await mkdtemp(path.join(tmpdir(), 'comfyui-simulator-'));
  const file = path.join(folder, `clip.${ending}`);
  try {
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(fps), '-i', '-'];
    const codec =
      ending === 'webm'
        ? ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']
        : ['-c:v', 'libx264', '-preset', 'ultrafast'];
    await runFfmpeg(
      [...input, ...codec, '-pix_fmt', 'yuv420p', file],
      Buffer.concat(Array.from({ length: count }, () => frame)),
    );
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
