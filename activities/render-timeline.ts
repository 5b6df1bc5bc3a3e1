import { besideOf, describeFile } from '../src/assets/describe-file.ts';
import { posterOf } from '../src/assets/poster-name.ts';
import { refuseTaken } from '../src/assets/publish.ts';
import { AssetPathError, writableAsset, type AssetFolder } from '../src/assets/paths.ts';
import { readSubtitleFile } from '../src/assets/subtitle-file.ts';
import { missingAssets, withRealAssets } from '../src/assets/timeline-assets.ts';
import { sumUp } from '../src/contracts/fields.ts';
import type { RenderInput, RenderResult } from '../src/contracts/render.ts';
import type { RemotionDriver } from '../src/drivers/remotion/driver.ts';
import { AppError } from '../src/errors.ts';
import { withoutPaths } from '../src/text/without-paths.ts';
import type { AttemptReporter } from './attempt-reporter.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** Chunks of an earlier attempt come all at once. */
const PARTS_MS = 1000;

/** Reports how many frames are on disk, at most once a second. */
function createParts(reporter: AttemptReporter): (done: number, total: number) => void {
  let [told, toldAt] = [0, Number.NEGATIVE_INFINITY];
  return (done, total) => {
    const now = performance.now();
    if (done <= told || (done < total && now - toldAt < PARTS_MS)) return;
    [told, toldAt] = [done, now];
    reporter.part('video', { name: 'frame', done, total });
  };
}

/** Makes a film from a timeline. */
export async function renderTimeline(
  { assets, remotion }: { assets: AssetFolder; remotion: RemotionDriver },
  { timeline, outputPath, overwrite }: RenderInput,
  { folder, signals, reporter, keep }: AttemptWork,
): Promise<RenderResult> {
  const startedAt = performance.now();
  // Checked at submission, but files may have been removed since.
  const missing = await missingAssets(assets, timeline, ['payload', 'timeline']);
  if (missing.length > 0) throw new AppError('asset_missing', sumUp(missing));
  const outputFile = await writableAsset(assets, outputPath).catch((error: unknown) => {
    throw error instanceof AssetPathError ? new AppError('render_rejected', error.message, { cause: error }) : error;
  });
  const posters = timeline.output?.poster === undefined ? [] : [posterOf(outputFile)];
  // Checked before the work, not after it.
  await refuseTaken([outputFile, ...posters], { workDir: folder, overwrite });
  const real = await withRealAssets(assets, timeline);
  const parts = createParts(reporter);
  const film = await remotion.render(
    { timeline: real, subtitleFiles: await readSubtitleFile(assets, real), outputFile, overwrite, workDir: folder },
    {
      // A render cannot continue without its worker.
      signal: AbortSignal.any([signals.cancel, signals.leave]),
      onProgress({ renderedFrames, keptFrames, totalFrames, etaSeconds, stage }) {
        if (totalFrames === 0) return reporter.phase(stage);
        const frames = { name: 'frame', node: null, step: renderedFrames, steps: totalFrames };
        reporter.progress(renderedFrames / totalFrames, stage, { etaSeconds, stage: frames });
        keep(keptFrames / totalFrames);
        parts(keptFrames, totalFrames);
      },
      onWarning: (text) => reporter.warning(withoutPaths(text)),
    },
  );
  const { posterFile } = film;
  return {
    output_path: outputPath,
    video_path: `/assets/${outputPath}`,
    poster_path: posterFile === null ? null : besideOf(outputPath, posterFile),
    width: film.width,
    height: film.height,
    fps: film.fps,
    frames: film.frames,
    duration_seconds: film.durationSeconds,
    size_bytes: film.sizeBytes,
    sha256: film.sha256,
    chunks: film.chunks,
    reused_chunks: film.reusedChunks,
    render_seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    files: await Promise.all(film.files.map((facts) => describeFile(besideOf(outputPath, facts.file), facts))),
    warnings: film.warnings.map(withoutPaths),
  };
}
