import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { posterOf } from '../../assets/poster-name.ts';
import { waitingFile } from '../../assets/publish.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import { AppError } from '../../errors.ts';
import { mediaUses } from '../../film/media-uses.ts';
import { resolveFilm } from '../../film/resolve.ts';
import type { Logger } from '../../logging.ts';
import { backgroundPrefix } from './browser/background.ts';
import { findSandbox, type SandboxLack } from './browser/sandbox.ts';
import { browserVersion } from '../../host/chromium/version.ts';
import { cachedBundle } from './bundle/bundle-cache.ts';
import { defaultConcurrency } from './pool/concurrency.ts';
import { sweepChunks } from './chunks/chunk-store.ts';
import { contentNames } from './chunks/content-names.ts';
import type { EncoderDefaults } from './encode/encoder.ts';
import { diskFullOf } from './failures.ts';
import { writeFontConfig } from './browser/font-config.ts';
import { createFontCheck } from './fonts/missing-letters.ts';
import { reportUsage } from './report-usage.ts';
import { poolFolder, sweepPools } from './pool/pool-folder.ts';
import { createRenderPool, type RenderPool } from './pool/pool.ts';
import { preflight } from './preflight/preflight.ts';
import { removeForGood } from './pool/remove-for-good.ts';
import { startRenderChild } from './pool/render-child.ts';
import { renderFilm, type RenderedFilm } from './render-film.ts';
import type { RenderProgress } from './chunks/render-progress.ts';
import { createRenderSpeed } from './chunks/render-speed.ts';

export type { RenderedFilm, RenderProgress };

export interface RenderJob {
  /** Its sources are real paths relative to the asset folder, already checked. */
  timeline: Timeline;
  /** The content of the subtitle files, by path. */
  subtitleFiles: ReadonlyMap<string, string>;
  /** Absolute and final; its folder exists. The poster is put beside it, as `<name>.poster.jpg`. */
  outputFile: string;
  /** Whether film and poster may replace files of others. */
  overwrite?: boolean | undefined;
  /** Absolute, exists, private to this task; finished chunks stay in it until the film is done. */
  workDir: string;
}

export interface RenderControl {
  signal: AbortSignal;
  onProgress: (progress: RenderProgress) => void;
  /** Called with each of the film's `warnings` as soon as it arises. */
  onWarning?: ((text: string) => void) | undefined;
}

export interface RemotionDriver {
  /**
   * Bundles the composition unless the bundle exists, and removes leftovers of dead workers. Call it when the worker
   * starts.
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Renders one film, except chunks that exist already. When it settles, no process of it is running, and after a
   * failure only finished chunks remain.
   * @throws {AppError} `render_failed`, `render_stalled`, `disk_full` (transient), `render_rejected`, `asset_missing`
   * or `browser_missing`; the signal's reason when aborted.
   */
  render(job: RenderJob, control: RenderControl): Promise<RenderedFilm>;
  /** Ends the idle browsers. */
  close(): Promise<void>;
}

export interface RemotionOptions {
  assetRoot: string;
  cacheDir: string;
  browserExecutable: string;
  /** The number of children that draw at the same time. */
  concurrency?: number;
  encoder: EncoderDefaults;
  licenseKey?: string;
  silenceSeconds: number;
  logger: Logger;
}

/** A chunk that no film has used for this long is removed. */
const KEEP_CHUNKS_MS = 30 * 24 * 3_600_000;

const PREPARING = { renderedFrames: 0, totalFrames: 0, keptFrames: 0, etaSeconds: null, stage: 'preparing' } as const;

export function createRemotionDriver(options: RemotionOptions): RemotionDriver {
  const { assetRoot, cacheDir, browserExecutable, silenceSeconds, logger } = options;
  const sharedDir = path.join(assetRoot, 'work', '.chunks');
  const prefix = backgroundPrefix();
  const speed = createRenderSpeed(cacheDir);
  const folder = poolFolder(cacheDir);
  /**
   * The mark of the processes outside the pool. It is a folder of the pool, so that the sweep of pools finds them too.
   */
  const mark = path.join(folder, 'ffmpeg');
  const missingLetters = createFontCheck();
  let pool: RenderPool | undefined;
  let lack: Promise<SandboxLack> | undefined;

  /** Tested once; the result is logged. */
  const sandboxLack = (): Promise<SandboxLack> =>
    (lack ??= findSandbox(browserExecutable, path.join(folder, 'sandbox')).then(
      (found) => {
        logger.info(found === null ? 'Chromium: in its sandbox' : `Chromium: without its sandbox, because ${found}`);
        return found;
      },
      (error: unknown) => {
        lack = undefined;
        throw error;
      },
    ));

  /** This is safe for a running film, because it also has its chunks in its own folder. */
  const sweep = (): Promise<number> => sweepChunks(sharedDir, new Date(Date.now() - KEEP_CHUNKS_MS));

  const openPool = async (): Promise<RenderPool> => {
    const env = { FONTCONFIG_FILE: await writeFontConfig(cacheDir) };
    const isSandboxed = (await sandboxLack()) === null;
    const start = (own: string) =>
      startRenderChild({ folder: own, browserExecutable, isSandboxed, env, prefix, silenceSeconds, logger });
    return (pool ??= createRenderPool({ size: options.concurrency ?? defaultConcurrency(), folder, start }));
  };

  const makeFilm: RemotionDriver['render'] = async (job, { signal, onProgress, onWarning }) => {
    const warn = (texts: readonly string[]): void => {
      for (const text of texts) onWarning?.(text);
    };
    const { timeline, subtitleFiles, outputFile, workDir, overwrite } = job;
    signal.throwIfAborted();
    if (!existsSync(browserExecutable)) throw new AppError('browser_missing', browserExecutable);
    const bundle = await cachedBundle({ cacheDir, logger }, signal);
    onProgress(PREPARING);
    const cacheFolder = path.join(assetRoot, 'work', '.media');
    const looking = { assetRoot, cacheFolder, mark, signal, logger, onProgress: () => onProgress(PREPARING) };
    const { media, warnings } = await preflight(mediaUses(timeline), looking);
    warn(warnings);
    const { film, output, warnings: more } = resolveFilm(timeline, media, subtitleFiles);
    warn(more);
    const letters = await missingLetters(film.picture);
    warn(letters);
    const paths = { outputFile, posterFile: posterOf(outputFile), workDir, overwrite, sharedDir, mark };
    const made = await renderFilm(
      { film, output, contentOf: contentNames(media), ...paths },
      {
        assetRoot,
        pool: await openPool(),
        speed,
        bundle: { folder: bundle, key: path.basename(bundle) },
        browserVersion: await browserVersion(browserExecutable),
        defaults: options.encoder,
        logger,
        now: () => performance.now(),
      },
      { signal, onProgress, onWarning },
    );
    await sweep();
    reportUsage(options.licenseKey, logger);
    return { ...made, warnings: [...warnings, ...more, ...letters, ...made.warnings] };
  };

  return {
    async prepare(signal) {
      await sweepPools(cacheDir);
      await sweep();
      await cachedBundle(options, signal);
      if (existsSync(browserExecutable)) await sandboxLack();
    },

    async render(job, control) {
      const { outputFile, workDir } = job;
      const clean = async (): Promise<void> => {
        for (const file of [outputFile, posterOf(outputFile)]) await rm(waitingFile(file, workDir), { force: true });
        await rm(path.join(workDir, 'tmp'), { recursive: true, force: true });
      };
      await sweepPools(cacheDir);
      await mkdir(mark, { recursive: true });
      await clean();
      try {
        return await makeFilm(job, control);
      } catch (error) {
        // After an abort, throw the signal's reason, whatever failed because of it.
        throw control.signal.aborted ? control.signal.reason : diskFullOf(error, workDir);
      } finally {
        await clean();
      }
    },

    async close() {
      await pool?.close();
      pool = undefined;
      await removeForGood(folder);
    },
  };
}
