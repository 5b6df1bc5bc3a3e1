import type { Config } from '../config.ts';
import { createComfyuiDriver, type ComfyuiDriver } from '../drivers/comfyui/driver.ts';
import type { Logger } from '../logging.ts';

/** The ComfyUI of the configuration: the API asks it what it lacks, the GPU worker has it work, the monitor asks how it is. */
export const createComfyui = (config: Config, logger: Logger): ComfyuiDriver =>
  createComfyuiDriver({
    url: config.engines.comfyui.address,
    headers: config.engines.comfyui.headers,
    assetRoot: config.assets.root,
    restartCommand: config.comfyui.restartCommand,
    timings: { silence: config.comfyui.silenceSeconds * 1000 },
    logger,
  });
