import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { probeMedia } from '../../src/assets/probe.ts';
import type { CosyvoiceResult } from '../../src/contracts/cosyvoice.ts';
import type { PipelineStatus } from '../../src/contracts/pipeline.ts';
import type { RenderResult } from '../../src/contracts/render.ts';
import { decodeLuma } from '../helpers/frames.ts';
import { startCommand } from '../helpers/started-command.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const FPS = 30;
/** Where the last line of every caption stands, at half its size. */
const BAND = { width: 390, height: 40, filter: 'crop=780:80:150:1365,scale=390:40:flags=neighbor' };
const WHITE = 235;
/** Of the band's pixels; a caption has hundreds, the pictures none. */
const LETTERS = 100;

/** The frames at which a caption appears or is gone, the end of the film included. */
async function captionEdges(film: string): Promise<number[]> {
  const frames = await decodeLuma(film, BAND.width, BAND.height, BAND.filter);
  const shown = frames.map((luma) => luma.filter((light) => light >= WHITE).length > LETTERS);
  return [...shown, false].flatMap((now, frame) => (now === (shown[frame - 1] ?? false) ? [] : [frame]));
}

test('npm run demo makes the short film, with captions that match the voice, and leaves only it and logs', async () => {
  const dataDir = await scratchFolder();
  const temporary = await scratchFolder();
  const demo = startCommand(['demo'], {
    DATA_DIR: dataDir,
    TMPDIR: temporary,
    CHROMIUM_EXECUTABLE: inject('chromiumExecutable'),
  });
  await demo.printed('The film: ');
  expect(await demo.ended).toBe(0);

  const kept = path.join(dataDir, 'demo');
  const film = path.join(kept, 'demo.mp4');
  expect(demo.output()).toContain(`The film: ${film}`);
  const { video, audio } = await probeMedia(film, AbortSignal.timeout(60_000));
  expect(video).toMatchObject({ width: 1080, height: 1920 });
  expect(audio).not.toBeNull();

  const status = JSON.parse(await readFile(path.join(kept, 'status.json'), 'utf8')) as PipelineStatus;
  const resultOf = <T>(step: string): Partial<T> => (status.steps[step]?.result ?? {}) as Partial<T>;
  const { sentences = [], duration_seconds: spokenSeconds = 0 } = resultOf<CosyvoiceResult>('voice');
  expect(sentences).toHaveLength(5);
  const { duration_seconds: seconds = 0 } = resultOf<RenderResult>('film');
  expect(seconds - spokenSeconds).toBeCloseTo(1.5, 1);
  const spoken = sentences.flatMap(({ start_ms: start, end_ms: end }) => [start, end]);
  const edges = await captionEdges(film);
  expect(edges).toHaveLength(spoken.length);
  for (const [index, ms] of spoken.entries())
    expect(Math.abs((edges[index] ?? 0) - (ms / 1000) * FPS)).toBeLessThanOrEqual(1);

  const files = await readdir(kept);
  expect(files.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'captions.srt',
    'demo.mp4',
    'picture-1.png',
    'picture-2.png',
    'picture-3.png',
    'picture-4.png',
    'picture-5.png',
    'server.log',
    'status.json',
    'voice.wav',
    'worker.log',
  ]);
  expect(await readdir(temporary)).toEqual([]);
});
