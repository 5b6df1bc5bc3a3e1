import { AssetPathError, writableAsset, type AssetFolder } from '../src/assets/paths.ts';
import { missingAssets, withRealAssets } from '../src/assets/timeline-assets.ts';
import { sumUp } from '../src/contracts/fields.ts';
import type { RenderInput, RenderResult } from '../src/contracts/task.ts';
import type { RemotionDriver } from '../src/drivers/remotion/driver.ts';
import { AppError } from '../src/errors.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** A film from a timeline. */
export async function renderFilm(
  { assets, remotion }: { assets: AssetFolder; remotion: RemotionDriver },
  { timeline, outputPath }: RenderInput,
  { folder, signals, reporter }: AttemptWork,
): Promise<RenderResult> {
  // Checked at submit; files may have gone since.
  const missing = await missingAssets(assets, timeline, ['payload', 'timeline']);
  if (missing.length > 0) throw new AppError('asset_missing', sumUp(missing));
  const outputFile = await writableAsset(assets, outputPath).catch((error: unknown) => {
    throw error instanceof AssetPathError ? new AppError('render_rejected', error.message, { cause: error }) : error;
  });
  const film = await remotion.render(
    { timeline: await withRealAssets(assets, timeline), outputFile, workDir: folder },
    {
      // A render cannot go on without its worker.
      signal: AbortSignal.any([signals.cancel, signals.leave]),
      onProgress: ({ renderedFrames, totalFrames, stage }) =>
        reporter.progress(totalFrames === 0 ? 0 : renderedFrames / totalFrames, stage),
    },
  );
  return {
    output_path: outputPath,
    video_path: `/assets/${outputPath}`,
    width: film.width,
    height: film.height,
    fps: film.fps,
    duration_seconds: film.durationSeconds,
    size_bytes: film.sizeBytes,
  };
}
