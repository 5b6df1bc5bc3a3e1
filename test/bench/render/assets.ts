import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { aurora } from './pictures/aurora.ts';
import { dawn, dunes, planet, sea } from './pictures/landscapes.ts';
import { music } from '../../../src/local/demo/sound/music.ts';
import { paint, type Picture } from './pictures/paint.ts';
import { encodePng } from '../../../src/simulators/png.ts';
import { narration, SAMPLE_RATE } from '../../../src/local/demo/sound/voice.ts';
import { encodeWav } from '../../../src/local/demo/sound/wav.ts';
import { CLIP_FRAMES, FPS, HEIGHT, PICTURES, WIDTH } from './script.ts';

const painted: Record<string, Picture> = { dawn, dunes, sea, planet, aurora: aurora(2) };

/** As much grain as a photograph has: smooth pictures are no work for an encoder. */
function addGrain(rgb: Uint8Array): Uint8Array {
  let seed = 1;
  return rgb.map((value) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.min(255, Math.max(0, value + (seed >>> 29) - 4));
  });
}

async function makePicture(file: string, picture: Picture): Promise<void> {
  const png = encodePng(WIDTH, HEIGHT, addGrain(paint(WIDTH, HEIGHT, picture)));
  await runFfmpeg(['-f', 'image2pipe', '-c:v', 'png', '-i', '-', '-q:v', '2', `file:${file}`], png);
}

/** A moving picture of the film's own size; painted small, because painting is slow and this one is soft. */
async function makeClip(file: string): Promise<void> {
  const [width, height] = [WIDTH / 4, HEIGHT / 4];
  const pictures = Array.from({ length: CLIP_FRAMES }, (_, frame) =>
    encodePng(width, height, paint(width, height, aurora(frame / FPS))),
  );
  const scale = `scale=${WIDTH}:${HEIGHT}:out_color_matrix=bt709:out_range=tv,format=yuv420p`;
  const colour = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
  const input = ['-f', 'image2pipe', '-c:v', 'png', '-framerate', String(FPS), '-i', '-'];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18'];
  await runFfmpeg([...input, '-vf', scale, ...colour, ...codec, `file:${file}`], Buffer.concat(pictures));
}

/** Makes everything that the film of the bench shows and plays, from nothing but arithmetic. */
export async function makeAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of PICTURES) await makePicture(path.join(folder, `${name}.jpg`), painted[name] ?? dawn);
  await makeClip(path.join(folder, 'clip.mp4'));
  await writeFile(path.join(folder, 'narration.wav'), encodeWav([narration()], SAMPLE_RATE));
  const wav = encodeWav(music(), SAMPLE_RATE);
  await runFfmpeg(['-i', '-', '-t', '4', '-b:a', '192k', `file:${path.join(folder, 'music.mp3')}`], wav);
}
