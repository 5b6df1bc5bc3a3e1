import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { probeMedia } from '../../assets/probe.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { backgroundPrefix } from './background.ts';
import { cachedBundle } from './bundle-cache.ts';
import { defaultConcurrency } from './concurrency.ts';
import { writeFontConfig } from './font-config.ts';
import type { RenderProgress } from './messages.ts';
import { runRenderProcess } from './render-process.ts';
import { inspectSources } from './sources.ts';
import { killRender } from './strays.ts';

export type { RenderProgress };

/** The facts of a finished film, read from the file. */
export interface RenderedFilm {
  width: number;
  height: number;
  fps: number;
  durationSeconds: number;
  sizeBytes: number;
}

export interface RenderJob {
  /** Its sources are real paths relative to the asset folder, already checked. */
  timeline: Timeline;
  /** Absolute and final; its folder exists. */
  outputFile: string;
  /** Absolute, exists, private to this task. */
  workDir: string;
}

export interface RemotionDriver {
  /** Bundles the composition unless that is done; safe to call at the worker's start. */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Renders one film. When it settles, no process and no temporary file of it is left.
   * @throws {AppError} `render_failed`, `render_stalled` (both transient) or `render_rejected`; the signal's reason when aborted.
   */
  render(
    job: RenderJob,
    control: { signal: AbortSignal; onProgress: (progress: RenderProgress) => void },
  ): Promise<RenderedFilm>;
}

/** A hidden name beside the final one, the same in every attempt of a task, so that a killed attempt leaves nothing for good. */
function partialFile({ outputFile, workDir }: RenderJob): string {
  const mark = createHash('sha256').update(workDir).digest('hex').slice(0, 12);
  return path.join(path.dirname(outputFile), `.${path.parse(outputFile).name.slice(0, 100)}.${mark}.part.mp4`);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

async function factsOf(file: string, frames: number, signal: AbortSignal): Promise<RenderedFilm> {
  const { video, sizeBytes } = await probeMedia(file, signal);
  const rendered = Math.round((video?.durationSeconds ?? 0) * (video?.fps ?? 0));
  if (video === null || rendered !== frames)
    throw new AppError('render_failed', `the film has ${rendered} frames instead of ${frames}`);
  const { width, height } = video;
  return {
    width,
    height,
    fps: thousandths(video.fps),
    durationSeconds: thousandths(video.durationSeconds ?? 0),
    sizeBytes,
  };
}

export function createRemotionDriver(options: {
  assetRoot: string;
  cacheDir: string;
  browserExecutable: string;
  concurrency?: number;
  licenseKey?: string;
  silenceSeconds: number;
  logger: Logger;
}): RemotionDriver {
  const { assetRoot, cacheDir, browserExecutable, licenseKey, silenceSeconds, logger } = options;
  const prefix = backgroundPrefix();
  const most = defaultConcurrency();
  const concurrency = Math.min(options.concurrency ?? most, most);

  return {
    async prepare(signal) {
      await cachedBundle(options, signal);
    },

    async render(job, { signal, onProgress }) {
      const { timeline, workDir } = job;
      const temporary = path.join(workDir, 'tmp');
      const partial = partialFile(job);
      const clean = async (): Promise<void> => {
        await rm(partial, { force: true });
        await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      };

      killRender(workDir);
      await clean();
      try {
        signal.throwIfAborted();
        await inspectSources(timeline, assetRoot, signal);
        const bundle = await cachedBundle({ cacheDir, assetRoot, logger }, signal);
        await mkdir(temporary, { recursive: true });
        const env = { TMPDIR: temporary, FONTCONFIG_FILE: await writeFontConfig(cacheDir) };
        await runRenderProcess(
          { bundle, timeline, outputFile: partial, browserExecutable, concurrency, licenseKey },
          { workDir, env, prefix, silenceSeconds, logger, signal, onProgress },
        );
        const film = await factsOf(partial, timeline.durationInFrames, signal);
        await syncFile(partial);
        await rename(partial, job.outputFile);
        await syncFile(path.dirname(job.outputFile));
        return film;
      } catch (error) {
        // Whatever an abort made fail, the abort is the reason.
        throw signal.aborted ? signal.reason : error;
      } finally {
        await clean();
      }
    },
  };
}
