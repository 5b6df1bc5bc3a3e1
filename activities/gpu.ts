import { AssetPathError, writableAsset, type AssetFolder } from '../src/assets/paths.ts';
import { missingAssets, withRealAssets } from '../src/assets/timeline-assets.ts';
import type { GpuActivities } from '../src/contracts/activities.ts';
import type { RenderResult } from '../src/contracts/task.ts';
import { AppError } from '../src/errors.ts';
import type { RemotionDriver } from '../src/drivers/remotion/driver.ts';
import { runGpuAttempt, type AttemptDeps } from './gpu-attempt.ts';

export interface GpuDeps extends AttemptDeps {
  assets: AssetFolder;
  remotion: RemotionDriver;
}

/** What runs on the card, one at a time. */
export function createGpuActivities(deps: GpuDeps): GpuActivities {
  return {
    remotion_render: (task) =>
      runGpuAttempt(deps, task, async ({ folder, signal, reporter }): Promise<RenderResult> => {
        const { timeline, outputPath } = task.input;
        // Checked at submit; files may have gone since.
        const missing = await missingAssets(deps.assets, timeline, ['payload', 'timeline']);
        if (missing.length > 0)
          throw new AppError('asset_missing', missing.map(({ path, message }) => `${path}: ${message}`).join('; '));
        const outputFile = await writableAsset(deps.assets, outputPath).catch((error: unknown) => {
          throw error instanceof AssetPathError
            ? new AppError('render_rejected', error.message, { cause: error })
            : error;
        });
        const film = await deps.remotion.render(
          { timeline: await withRealAssets(deps.assets, timeline), outputFile, workDir: folder },
          {
            signal,
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
      }),
  };
}
