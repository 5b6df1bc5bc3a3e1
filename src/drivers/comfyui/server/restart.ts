import type { Logger } from '../../../logging.ts';
import { runShellCommand } from '../../shell-command.ts';
import { pause } from '../client/pause.ts';

/**
 * COMFYUI_RESTART_COMMAND: for a server that answers but does not work, or that will not let go of memory.
 * Gives whether the command ended well and ComfyUI answered again within `limit`; false, too, as soon as the signal aborts.
 */
export function createRestart(options: {
  command: string | undefined;
  isUp: () => Promise<boolean>;
  limit: number;
  logger: Logger;
}): (why: string, signal?: AbortSignal) => Promise<boolean> {
  const { command, isUp, limit, logger } = options;
  return async (why, signal) => {
    if (command === undefined) {
      logger.error(`ComfyUI should be restarted: ${why}. COMFYUI_RESTART_COMMAND would do it`);
      return false;
    }
    const began = performance.now();
    logger.warn(`Restarting ComfyUI: ${why}`);
    if (!(await runShellCommand(command, limit, signal))) {
      if (signal?.aborted !== true) logger.error('COMFYUI_RESTART_COMMAND failed');
      return false;
    }
    while (performance.now() - began < limit) {
      if (signal?.aborted === true) return false;
      if (await isUp()) {
        logger.info('ComfyUI is back after its restart');
        return true;
      }
      await pause(Math.min(1000, limit / 10), signal).catch(() => undefined);
    }
    logger.error('ComfyUI did not come back after its restart');
    return false;
  };
}
