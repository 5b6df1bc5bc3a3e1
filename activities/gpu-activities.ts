import type { AssetFolder } from '../src/assets/paths.ts';
import type { GpuActivities } from '../src/contracts/activities.ts';
import type { ComfyuiDriver } from '../src/drivers/comfyui/driver.ts';
import type { CosyvoiceDriver } from '../src/drivers/cosyvoice/driver.ts';
import type { RemotionDriver } from '../src/drivers/remotion/driver.ts';
import type { MakeRoom } from '../src/gpu/make-room.ts';
import { createClearComfyui } from './clear-comfyui.ts';
import { generateMedia } from './generate-media.ts';
import { runGpuAttempt, type AttemptDeps } from './gpu-attempt.ts';
import { presentRun } from './present-run.ts';
import { renderFilm } from './render-film.ts';
import { speakScript } from './speak-script.ts';

export interface GpuDeps extends AttemptDeps {
  assets: AssetFolder;
  remotion: RemotionDriver;
  comfyui: ComfyuiDriver;
  cosyvoice: CosyvoiceDriver;
  makeRoom: MakeRoom;
}

/** The activities of the GPU worker, which run one at a time. */
export function createGpuActivities(given: GpuDeps): GpuActivities {
  const clear = createClearComfyui(given);
  const deps: GpuDeps = {
    ...given,
    engineIsUp: async (taskType) => taskType !== 'remotion_render' && (await given[taskType].check()).up,
  };
  return {
    remotion_render: (task) =>
      runGpuAttempt(deps, task, (attempt) => clear.others(attempt, () => renderFilm(deps, task.input, attempt))),
    cosyvoice: (task) =>
      runGpuAttempt(deps, task, (attempt) =>
        clear.others(attempt, () => speakScript(deps, presentRun().workflowId, task.input, attempt)),
      ),
    comfyui: (task) =>
      runGpuAttempt(deps, task, (attempt) =>
        clear.comfyui(() => generateMedia(deps, presentRun().workflowId, task.input, attempt)),
      ),
  };
}
