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
/** A scene begins a moment before it is spoken of, and the film ends a moment after the last word. */
const LEAD_FRAMES = 4;
/** Its last picture stays when its scene is longer. */
const CLIP_FRAMES = 75;
const TAIL_SECONDS = 0.4;

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

/** A recording of a voice, below `demo/` in the asset folder, and what is said in it. */
export const REFERENCE = 'reference.wav';
export const REFERENCE_TRANSCRIPT = 'Morning comes over the mountains.';

/** Makes the files of {@link demoTimeline} below `demo/` in the asset folder, from nothing but arithmetic. Takes about 10 s. */
export async function makeDemoAssets(assetRoot: string): Promise<void> {
  const folder = path.join(assetRoot, 'demo');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, REFERENCE), encodeWav([narration()], SAMPLE_RATE));
  await writeFile(path.join(folder, 'music.wav'), encodeWav(music(), SAMPLE_RATE));
  for (const [name, picture] of Object.entries({ dawn, dunes, sea, planet }))
    await makePicture(path.join(folder, `${name}.jpg`), picture);
  const clip = SCENES.find(({ src }) => src.endsWith('.mp4'));
  if (clip !== undefined) await makeClip(path.join(assetRoot, clip.src), CLIP_FRAMES);
}

/** What a `cosyvoice` task made of {@link demoScript}. */
export interface DemoSpeech {
  /** Relative to ASSET_PATH. */
  audioSrc: string;
  durationSeconds: number;
  /** One a scene, in order. */
  subtitles: readonly { text: string; startMs: number; endMs: number }[];
}

const frameAt = (ms: number): number => Math.round((ms / 1000) * FPS);

/** The words of a line with frames in proportion to their letters; emoji are no words. */
function wordsOf({ text, startMs, endMs }: DemoSpeech['subtitles'][number]) {
  const words = [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)].filter(
    (one) => one.isWordLike,
  );
  const letters = words.reduce((sum, { segment }) => sum + segment.length, 0);
  const frame = (done: number): number => frameAt(startMs + ((endMs - startMs) * done) / letters);
  let at = 0;
  return words.map(({ segment }) => {
    const begin = at;
    at += segment.length;
    return { text: segment, startFrame: frame(begin), endFrame: frame(at) };
  });
}

/** The `timeline` of a `remotion_render` that shows what it can do: about 10 s, 1080×1920, cut to the speech. */
export function demoTimeline({ audioSrc, durationSeconds, subtitles }: DemoSpeech): object {
  const frames = Math.max(FRAMES, Math.ceil((durationSeconds + TAIL_SECONDS) * FPS));
  const starts = subtitles.map(({ startMs }, index) => (index === 0 ? 0 : frameAt(startMs) - LEAD_FRAMES));
  return {
    width: WIDTH,
    height: HEIGHT,
    fps: FPS,
    durationInFrames: frames,
    clips: SCENES.map(({ src, motion }, index) => ({
      type: motion === null ? 'video' : 'image',
      src,
      startFrame: starts[index],
      durationInFrames: (starts[index + 1] ?? frames) - (starts[index] ?? 0),
      motion,
    })),
    subtitles: subtitles.map((line) => ({
      text: line.text,
      startFrame: frameAt(line.startMs),
      endFrame: frameAt(line.endMs),
      words: wordsOf(line),
    })),
    audioSrc,
    bgmSrc: 'demo/music.wav',
    bgmVolume: 0.22,
  };
}

/** The script of the film: a sentence a scene, in two languages. */
export const demoScript = (): string => SCENES.map(({ text }) => text).join(' ');
