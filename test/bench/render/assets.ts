import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { samplesFolder } from '../../../src/host/examples-folder.ts';
import { loadCanvas, pixelsOf } from '../../../src/simulators/comfyui/media/canvas.ts';
import { paintPicture } from '../../../src/simulators/comfyui/media/picture.ts';
import { encodeVideo } from '../../../src/simulators/comfyui/media/video.ts';
import { CLIP_FRAMES, FPS, HEIGHT, PICTURES, WIDTH } from './script.ts';

/** As much grain as a photograph has: smooth pictures are no work for an encoder. */
function addGrain(pixels: Uint8ClampedArray): void {
  let seed = 1;
  for (let at = 0; at < pixels.length; at++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    if (at % 4 !== 3) pixels[at] = (pixels[at] ?? 0) + (seed >>> 29) - 4;
  }
}

async function makePicture(file: string, text: string): Promise<void> {
  const { ImageData } = await loadCanvas();
  const canvas = await paintPicture({ text }, WIDTH, HEIGHT);
  const pixels = pixelsOf(canvas);
  addGrain(pixels);
  canvas.getContext('2d').putImageData(new ImageData(pixels, WIDTH, HEIGHT), 0, 0);
  await writeFile(file, await canvas.encode('jpeg', 95));
}

/** A moving picture of the film's own size, painted small and scaled up. */
async function makeClip(file: string): Promise<void> {
  const made = { text: 'clip', width: WIDTH / 4, height: HEIGHT / 4, count: CLIP_FRAMES, fps: FPS };
  const small = await encodeVideo(made, 'mp4', AbortSignal.timeout(120_000));
  const scale = `scale=${WIDTH}:${HEIGHT}:out_color_matrix=bt709:out_range=tv,format=yuv420p`;
  const colour = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
  const args = `-i - -vf ${scale} ${colour} -c:v libx264 -preset veryfast -crf 18`;
  await runFfmpeg([...args.split(' '), `file:${file}`], small);
}

/** Makes everything that the film of the bench shows, and converts what it plays. */
export async function makeAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of PICTURES) await makePicture(path.join(folder, `${name}.jpg`), name);
  await makeClip(path.join(folder, 'clip.mp4'));
  const convert = (sample: string, options: string, name: string): Promise<Buffer> => {
    const sound = path.join(samplesFolder(), sample);
    return runFfmpeg(['-i', `file:${sound}`, ...`-ar 48000 ${options}`.split(' '), `file:${path.join(folder, name)}`]);
  };
  await convert('voices/luna/reference.mp3', '-c:a pcm_s16le', 'narration.wav');
  await convert('samples/calm.mp3', '-t 4 -b:a 192k', 'music.mp3');
}
