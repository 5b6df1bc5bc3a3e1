import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runFfmpeg } from '../assets/ffmpeg.ts';
import { aurora } from './demo/aurora.ts';
import { dawn, dunes, planet, sea } from './demo/landscapes.ts';
import { music } from './demo/music.ts';
import { paint, type Picture } from './demo/paint.ts';
import { encodePng } from './demo/png.ts';
import { FPS, FRAMES, SCENES } from './demo/script.ts';
import { narration, SAMPLE_RATE } from './demo/voice.ts';
import { encodeWav } from './demo/wav.ts';

const WIDTH = 1080;
const HEIGHT = 1920;
/** Painting takes a microsecond a pixel, and these soft pictures need no more of them. */
const PICTURE = { width: 864, height: 1536 };
const CLIP = { width: 288, height: 512 };

async function makePicture(file: string, picture: Picture): Promise<void> {
  const png = encodePng(PICTURE.width, PICTURE.height, paint(PICTURE.width, PICTURE.height, picture));
  await runFfmpeg(['-f', 'image2pipe', '-c:v', 'png', '-i', '-', '-q:v', '2', `file:${file}`], png);
}

async function makeClip(file: string, frames: number): Promise<void> {
  const pictures: Buffer[] = [];
  for (let frame = 0; frame < frames; frame++) {
    pictures.push(encodePng(CLIP.width, CLIP.height, paint(CLIP.width, CLIP.height, aurora(frame / FPS))));
    // Lets the rest of the process breathe.
    await new Promise(setImmediate);
  }
  const input = `-f image2pipe -c:v png -framerate ${FPS} -i -`;
  const colour =
    '-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709 -color_primaries bt709';
  const codec = '-color_trc bt709 -c:v libx264 -preset veryfast -crf 14';
  await runFfmpeg([...`${input} ${colour} ${codec}`.split(' '), `file:${file}`], Buffer.concat(pictures));
}

/** Makes the files of {@link demoTimeline} below `demo/` in the asset folder, from nothing but arithmetic. Takes about 10 s. */
export async function makeDemoAssets(assetRoot: string): Promise<void> {
  const folder = path.join(assetRoot, 'demo');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'narration.wav'), encodeWav([narration()], SAMPLE_RATE));
  await writeFile(path.join(folder, 'music.wav'), encodeWav(music(), SAMPLE_RATE));
  for (const [name, picture] of Object.entries({ dawn, dunes, sea, planet }))
    await makePicture(path.join(folder, `${name}.jpg`), picture);
  const clip = SCENES.find(({ src }) => src.endsWith('.mp4'));
  if (clip !== undefined) await makeClip(path.join(assetRoot, clip.src), clip.endFrame - clip.startFrame);
}

/** The `timeline` of a `remotion_render` that shows what it can do: 10 s, 1080×1920. */
export function demoTimeline(): object {
  return {
    width: WIDTH,
    height: HEIGHT,
    fps: FPS,
    durationInFrames: FRAMES,
    clips: SCENES.map(({ src, motion, startFrame, endFrame }) => ({
      type: motion === null ? 'video' : 'image',
      src,
      startFrame,
      durationInFrames: endFrame - startFrame,
      motion,
    })),
    subtitles: SCENES.map(({ text, words, startFrame, endFrame }) => ({
      text,
      startFrame: startFrame + 4,
      endFrame: endFrame - 2,
      words: words.map(({ text: word, ...times }) => ({
        text: word,
        startFrame: times.startFrame,
        endFrame: times.endFrame,
      })),
    })),
    audioSrc: 'demo/narration.wav',
    bgmSrc: 'demo/music.wav',
    bgmVolume: 0.22,
  };
}
