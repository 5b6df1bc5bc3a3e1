import { renderFrames, selectComposition } from '@remotion/renderer';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import { timelineSchema } from '../../../src/contracts/timeline.ts';
import { cachedBundle } from '../../../src/drivers/remotion/bundle/bundle-cache.ts';
import { filmFiles } from '../../../src/drivers/remotion/page/film-files.ts';
import { startFilmServer } from '../../../src/drivers/remotion/page/film-server.ts';
import { preflight } from '../../../src/drivers/remotion/preflight/preflight.ts';
import { mediaUses } from '../../../src/film/media-uses.ts';
import { resolveFilm } from '../../../src/film/resolve.ts';
import type { Logger } from '../../../src/logging.ts';
import { ssim } from '../../helpers/ssim.ts';
import { FPS, FRAMES, HEIGHT, timeline, WIDTH } from './script.ts';

/** One frame in so many is looked at. */
const EVERY = 6;
const TO_FILM = ['-vf', 'zscale=matrix=709:range=limited,format=yuv420p'];
const RAW = ['-f', 'image2pipe', '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p', '-fps_mode', 'passthrough', '-'];

/** The luma plane of a raw frame: compared in the film's own colours, as ffmpeg's `ssim` filter compares. */
const luma = (raw: Uint8Array): Uint8Array => raw.subarray(0, WIDTH * HEIGHT);

/** How near a film is to the frames that the browser drew for it: mean SSIM of luma over every sixth frame. */
export async function similarity(
  file: string,
  options: { assetRoot: string; cacheDir: string; workDir: string; browserExecutable: string; logger: Logger },
): Promise<number> {
  const { assetRoot, cacheDir, workDir, browserExecutable, logger } = options;
  const { signal } = new AbortController();
  const asked = timelineSchema.parse(timeline());
  const cacheFolder = `${assetRoot}/work/.media`;
  const { media } = await preflight(mediaUses(asked), { assetRoot, cacheFolder, mark: workDir, signal, logger });
  const { picture } = resolveFilm(asked, media, new Map()).film;
  const server = await startFilmServer(() => Promise.reject(new Error('the browser decodes all of this film')));
  server.serve(await filmFiles({ bundle: await cachedBundle({ cacheDir, logger }, signal), assetRoot, picture }));
  const shared = {
    serveUrl: server.origin,
    inputProps: { picture },
    browserExecutable,
    logLevel: 'error',
  } as const;
  const composition = await selectComposition({ ...shared, id: 'film' });
  const frames = Array.from({ length: Math.ceil(FRAMES / EVERY) }, (_, index) => index * EVERY);
  const scores: number[] = [];
  await renderFrames({
    ...shared,
    composition,
    frames,
    imageFormat: 'png',
    outputDir: null,
    concurrency: 1,
    muted: true,
    onStart: () => undefined,
    onFrameUpdate: () => undefined,
    onFrameBuffer: async (png, frame) => {
      const drawn = await runFfmpeg(['-f', 'image2pipe', '-c:v', 'png', '-i', '-', ...TO_FILM, ...RAW], png);
      // Half a frame early, so that rounding never gives the next one.
      const at = String((frame - 0.5) / FPS);
      const seek = frame === 0 ? [] : ['-ss', at];
      const encoded = await runFfmpeg([...seek, '-i', `file:${file}`, '-frames:v', '1', ...RAW]);
      scores.push(ssim(luma(drawn), luma(encoded), WIDTH, HEIGHT));
    },
  });
  await server.close();
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}
