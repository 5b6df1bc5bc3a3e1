import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { probeMedia } from '../../src/assets/probe.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { countFrames } from '../../src/drivers/remotion/encode/count-frames.ts';
import { resolveFilm } from '../../src/film/resolve.ts';
import { driverRig } from '../helpers/driver-rig.ts';
import { madeUpMedia } from '../helpers/made-up-media.ts';
import { timelineArbitrary } from '../helpers/timeline-arbitrary.ts';
import { makeAssets } from './assets.ts';

/** Films that each test renders. */
const RUNS = Number(process.env['FC_RUNS'] ?? 8) / 2;
const SAME_SEED = 42;
/** The title shows it; `FC_SEED` makes the same films again. */
const NEW_SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
/** What moves or sounds, and how long it does, in seconds. */
const LENGTHS = { 'clip.mp4': 1.5, 'clip.gif': 1, 'sound/voice.wav': 1 };

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makeAssets(rig.assets);
  const at = (name: string): string => `file:${path.join(rig.assets, name)}`;
  await runFfmpeg(['-i', at('clip.mp4'), ...'-t 1 -r 10 -vf scale=48:48 -c:v gif'.split(' '), at('clip.gif')]);
});
afterAll(() => rig.remove());

const timelines = timelineArbitrary({
  images: ['images/wide.png', 'images/tall.png', 'images/alpha.png'],
  videos: ['clip.mp4'],
  gifs: ['clip.gif'],
  audios: ['sound/voice.wav'],
});

/** The frames that a timeline asks for, by the rules alone. */
function framesOf(sent: unknown): number {
  const timeline = timelineSchema.parse(sent);
  const facts = Object.entries(LENGTHS).map(([src, durationSeconds]) => [src, { durationSeconds }] as const);
  return resolveFilm(timeline, madeUpMedia(timeline, Object.fromEntries(facts)), new Map()).film.picture
    .durationInFrames;
}

test.each([SAME_SEED, NEW_SEED])(
  'Random valid timelines are films of exactly their length and size (seed %i).',
  async (seed) => {
    await fc.assert(
      fc.asyncProperty(timelines, async (sent) => {
        const [frames, fps] = [framesOf(sent), Number(sent['fps'])];
        const [width, height] = [Number(sent['width']) & ~1, Number(sent['height']) & ~1];
        const { film, file } = await rig.render(sent);
        expect(film).toMatchObject({ width, height, fps, frames });
        expect(await countFrames(file, AbortSignal.timeout(60_000))).toBe(frames);
        const { video, audio } = await probeMedia(file);
        expect(video).toMatchObject({ width, height, fps: expect.closeTo(fps, 2) as number });
        expect(video?.durationSeconds).toBeCloseTo(frames / fps, 2);
        // AAC comes in packets of 21 ms.
        expect(Math.abs((audio?.durationSeconds ?? 0) - frames / fps)).toBeLessThan(0.022);
      }),
      { seed, numRuns: RUNS, endOnFailure: true },
    );
  },
  600_000,
);
