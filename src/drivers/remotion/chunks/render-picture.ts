import type { OutputSettings, Picture } from '../../../film/film.ts';
import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../logging.ts';
import { choosePlan, type PlannedChunk } from './choose-plan.ts';
import { openChunkStore, type ChunkStore } from './chunk-store.ts';
import { encoderFor, JPEG_QUALITY, type EncoderDefaults } from '../encode/encoder.ts';
import { eachAtOnce } from '../each-at-once.ts';
import type { Chunk } from '../encode/join-chunks.ts';
import type { RenderPool } from '../pool/pool.ts';
import { countProgress, type RenderProgress } from './render-progress.ts';
import { guardSources } from './guard-sources.ts';
import { partOf } from './picture-part.ts';
import { countRuns, runsOf } from './still-runs.ts';
import type { RenderSpeed } from './render-speed.ts';

/** How often one chunk is tried within an attempt, because several browsers in a row may crash. */
const MOST_TRIES = 5;
const MAY_PASS = new Set(['render_failed', 'render_stalled']);
/** Fewer frames are not enough to measure the speed. */
const LEAST_MEASURED = 30;

export interface RenderPictureDeps {
  assetRoot: string;
  pool: RenderPool;
  speed: RenderSpeed;
  /** The bundled composition. */
  bundle: { folder: string; key: string };
  /** The version that the browser reports. */
  browserVersion: string;
  defaults: EncoderDefaults;
  logger: Logger;
  /** A monotonic clock in milliseconds. */
  now: () => number;
}

export interface RenderPictureJob {
  picture: Picture;
  output: OutputSettings;
  /** Returns a name for the content of a file, given its path in the picture. */
  contentOf: (src: string) => string;
  /** Folder of the task's chunks. */
  chunksDir: string;
  /** Folder of all tasks' chunks. */
  sharedDir: string;
}

export interface DrawnPicture {
  /** In the order of the film. */
  chunks: Chunk[];
  /** How many of the chunks existed already. */
  reused: number;
  store: ChunkStore;
}

/** The pixels of one encoded frame. */
const pixelsOf = ({ width, height }: Picture, { scale }: OutputSettings): number =>
  Math.round(width * scale) * Math.round(height * scale);

/**
 * Draws a picture without sound, chunk by chunk, except chunks that exist already. Finished chunks are always kept.
 * @throws {AppError} `render_failed`, `render_stalled`, `disk_full` (all transient), `render_rejected`,
 * `asset_missing`; the signal's reason when aborted. No chunk is being drawn any more then.
 */
export async function renderPicture(
  { picture, output, contentOf, chunksDir, sharedDir }: RenderPictureJob,
  deps: RenderPictureDeps,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: RenderProgress) => void },
): Promise<DrawnPicture> {
  const { pool, speed, bundle, logger, now } = deps;
  const { scale } = output;
  const encoder = encoderFor(output, picture.fps, deps.defaults);
  const store = await openChunkStore(chunksDir, sharedDir, encoder.extension);
  const guard = await guardSources(picture, deps.assetRoot);
  const pixels = pixelsOf(picture, output);
  const framesPerSecond = await speed.framesPerSecond(pixels, countRuns(picture) / picture.durationInFrames);
  const made = {
    bundle: bundle.key,
    browser: deps.browserVersion,
    encoder: encoder.args,
    jpegQuality: JPEG_QUALITY,
    scale,
  };
  const options = {
    framesPerSecond,
    children: pool.size,
    settings: made,
    contentOf,
    has: store.isEmpty ? null : (key: string) => store.has(key),
  };
  const plan = await choosePlan(picture, options, signal);

  const count = countProgress(picture.durationInFrames, framesPerSecond * pool.size, now);
  const report = (): void => onProgress(count.progress());
  const files = new Map<string, string>();
  const framesOf = new Map<string, number>();
  for (const { key, frames } of plan) framesOf.set(key, (framesOf.get(key) ?? 0) + frames);
  const keep = ({ key }: PlannedChunk, file: string): void => {
    files.set(key, file);
    count.drawn(key, 0);
    count.kept(framesOf.get(key) ?? 0);
    report();
  };

  // A film may contain the same chunk twice.
  const distinct = [...new Map(plan.map((chunk) => [chunk.key, chunk])).values()];
  for (const chunk of distinct) {
    const file = await store.findIntact(chunk.key, chunk.frames, signal);
    if (file !== null) keep(chunk, file);
  }
  const reused = new Set(files.keys());
  const missing = distinct.filter(({ key }) => !files.has(key));
  pool.warm(missing.length);
  report();

  const drawOnce = async (key: string, part: Picture, until: AbortSignal): Promise<void> => {
    const outputFile = await store.draft(key);
    const { assetRoot } = deps;
    const what = { bundle: bundle.folder, assetRoot, picture: part, scale };
    const order = { ...what, jpegQuality: JPEG_QUALITY, rate: encoder.rate };
    const startedAt = now();
    const onFrames = (drawn: number): void => {
      count.drawn(key, drawn);
      report();
    };
    await pool.draw({ ...order, encoder: encoder.args, outputFile }, { signal: until, onFrames });
    const drawn = runsOf(part).length;
    if (drawn < LEAST_MEASURED) return;
    await speed.note(pixels, drawn / ((now() - startedAt) / 1000)).catch(() => undefined);
  };
  const draw = async (chunk: PlannedChunk, until: AbortSignal): Promise<void> => {
    const part = partOf(picture, chunk.range);
    for (let tries = 1; ; tries++) {
      const failure = await drawOnce(chunk.key, part, until).then(
        () => null,
        (error: unknown) => ({ error }),
      );
      until.throwIfAborted();
      // A missing file is a better explanation than Remotion's error.
      await guard.check(part);
      if (failure === null) return keep(chunk, await store.add(chunk.key));
      count.drawn(chunk.key, 0);
      const { error } = failure;
      const mayPass = error instanceof AppError && MAY_PASS.has(error.code);
      if (!mayPass || tries === MOST_TRIES) throw error;
      logger.warn(`A chunk of ${chunk.frames} frames is drawn again: ${error.message}`);
    }
  };
  try {
    await eachAtOnce(missing, pool.size, draw, signal);
  } finally {
    await store.dropDrafts();
  }

  return {
    chunks: plan.map(({ key, frames }) => ({ file: files.get(key) ?? '', frames })),
    reused: plan.filter(({ key }) => reused.has(key)).length,
    store,
  };
}
