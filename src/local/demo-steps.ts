import { openAsBlob } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { CosyvoiceResult } from '../contracts/cosyvoice.ts';
import type { ComfyuiResult, RenderResult } from '../contracts/task.ts';
import type { Logger } from '../logging.ts';
import { demoScript, demoTimeline, REFERENCE, REFERENCE_TRANSCRIPT } from './demo-film.ts';
import { runTask } from './demo-task.ts';

/** Where the demo runs, and where what it makes is kept. */
export interface DemoStage {
  apiUrl: string;
  assetRoot: string;
  keep: string;
  logger: Logger;
  signal: AbortSignal;
}

const VOICE = 'demo';
/** The stand-in's voices take their time; the film is short. */
const SPEED = 1.7;

/** Keeps a result under a name of its own; gives the path. */
async function keepFile({ assetRoot, keep }: DemoStage, asset: string, name: string): Promise<string> {
  const file = path.join(keep, `${name}${path.extname(asset)}`);
  await copyFile(path.join(assetRoot, asset), file);
  return file;
}

async function registerVoice({ apiUrl, assetRoot, signal }: DemoStage): Promise<void> {
  const form = new FormData();
  form.set('voice_id', VOICE);
  form.set('transcript', REFERENCE_TRANSCRIPT);
  form.set('recording', await openAsBlob(path.join(assetRoot, 'demo', REFERENCE)), REFERENCE);
  const response = await fetch(`${apiUrl}/voices`, { method: 'POST', body: form, signal });
  if (!response.ok) throw new Error(`The voice was refused: ${await response.text()}`);
}

const tableOf = ({ sentences }: CosyvoiceResult): string =>
  sentences
    .map(({ text, start_ms: start, end_ms: end }) => {
      const seconds = [start, end].map((ms) => (ms / 1000).toFixed(3).padStart(7)).join(' –');
      return `  ${seconds} s  ${text}`;
    })
    .join('\n');

/** A script in two languages, spoken by a voice that is registered for it. */
export async function makeSpeech(stage: DemoStage): Promise<CosyvoiceResult> {
  await registerVoice(stage);
  const payload = { text: demoScript(), voice_id: VOICE, speed: SPEED, pause_ms: 150 };
  const speech = await runTask({ ...stage, name: 'speech', body: { task_type: 'cosyvoice', payload } });
  stage.logger.info(`The speech: ${await keepFile(stage, speech.output_path, 'speech')}\n${tableOf(speech)}`);
  return speech;
}

async function generate(stage: DemoStage, name: string, template: string, params: object): Promise<ComfyuiResult> {
  const made = await runTask({ ...stage, name, body: { task_type: 'comfyui', payload: { template, params } } });
  for (const file of made.files)
    stage.logger.info(
      `The ${name}: ${await keepFile(stage, file.path, name)} (${file.width}×${file.height}, seed ${made.seed})`,
    );
  return made;
}

/** An image, a short video, and a video that begins with the image: every template once. */
export async function makePictures(stage: DemoStage): Promise<void> {
  const size = { WIDTH: 576, HEIGHT: 1024 };
  const image = await generate(stage, 'image', 'flux_dev', {
    POSITIVE_PROMPT: 'a lighthouse in a storm, oil on canvas',
    ...size,
    SEED: 7,
  });
  const short = { WIDTH: 480, HEIGHT: 832, FRAMES: 33, STEPS: 8, SEED: 11 };
  await generate(stage, 'video', 'wan_t2v', { POSITIVE_PROMPT: 'waves roll in under a red sky', ...short });
  const [first] = image.files;
  await generate(stage, 'moving-image', 'wan_i2v', { MOTION_PROMPT: 'the storm grows', IMAGE: first?.path, ...short });
}

/** The film, cut to the speech. */
export async function makeFilm(stage: DemoStage, speech: CosyvoiceResult): Promise<void> {
  const began = Date.now();
  const { output_path: audioSrc, duration_seconds: durationSeconds, subtitles } = speech;
  const payload = { timeline: demoTimeline({ audioSrc, durationSeconds, subtitles }) };
  const film: RenderResult = await runTask({
    ...stage,
    name: 'film',
    body: { task_type: 'remotion_render', priority: 70, payload },
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const facts = `${film.width}×${film.height}, ${film.fps} fps, ${film.duration_seconds.toFixed(1)} s, ${(film.size_bytes / 1e6).toFixed(1)} MB`;
  stage.logger.info(
    `The film: ${await keepFile(stage, film.output_path, 'demo')}\n  ${facts}, rendered in ${seconds} s`,
  );
}
