import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { probeMedia } from '../../assets/probe.ts';
import { publish, waitingFile } from '../../assets/publish.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { backgroundPrefix } from './background.ts';
import { cachedBundle } from './bundle-cache.ts';
import { defaultConcurrency } from './concurrency.ts';
import { writeFontConfig } from './font-config.ts';
import type { RenderProgress } from './messages.ts';
import { runRenderProcess } from './render-process.ts';
import { removeForGood } from './remove-for-good.ts';
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
  // Remotion refuses more than there are cores.
  const concurrency = Math.min(options.concurrency ?? defaultConcurrency(), availableParallelism());

  return {
    async prepare(signal) {
      await cachedBundle(options, signal);
    },

    async render(job, { signal, onProgress }) {
      const { timeline, workDir } = job;
      const temporary = path.join(workDir, 'tmp');
      const unfinished = path.join(temporary, 'film.mp4');
      const waiting = waitingFile(job.outputFile, workDir);
      const clean = async (): Promise<void> => {
        await rm(waiting, { force: true });
        await removeForGood(temporary);
      };
      let finished = false;

      killRender(workDir);
      await clean();
      try {
        signal.throwIfAborted();
        if (!existsSync(browserExecutable)) throw new AppError('browser_missing', browserExecutable);
        await inspectSources(timeline, assetRoot, signal);
        const bundle = await cachedBundle({ cacheDir, assetRoot, logger }, signal);
        await mkdir(temporary, { recursive: true });
        const env = { TMPDIR: temporary, FONTCONFIG_FILE: await writeFontConfig(cacheDir) };
        await runRenderProcess(
          { bundle, timeline, outputFile: unfinished, browserExecutable, concurrency, licenseKey },
          { workDir, env, prefix, silenceSeconds, logger, signal, onProgress },
        );
        const film = await factsOf(unfinished, timeline.durationInFrames, signal);
        await publish(unfinished, job.outputFile, waiting);
        finished = true;
        return film;
      } catch (error) {
        // Whatever an abort made fail, the abort is the reason.
        throw signal.aborted ? signal.reason : error;
      } finally {
        // A browser that was closed leaves nothing behind that could write.
        if (finished) await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
        else await clean();
      }
    },
  };
}
