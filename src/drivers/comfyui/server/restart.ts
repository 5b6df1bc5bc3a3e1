import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../logging.ts';
import { runShellCommand } from '../../shell-command.ts';
import { pause } from '../client/pause.ts';
import type { DriverContext } from '../context.ts';

/**
 * Runs COMFYUI_RESTART_COMMAND for a server that answers but does not work, or does not free its memory. The function
 * resolves with whether the command succeeded and ComfyUI answered again within `limit` milliseconds. It also resolves
 * with false as soon as the signal aborts.
 */
export function createRestart(options: {
  command: string | undefined;
  isUp: () => Promise<boolean>;
  limit: number;
  logger: Logger;
}): DriverContext['restart'] {
  const { command, isUp, limit, logger } = options;
  return async (why, signal) => {
    if (command === undefined) {
      logger.error(`ComfyUI must be restarted: ${why}. Set COMFYUI_RESTART_COMMAND to do this automatically`);
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

/** A broken CUDA context fails every prompt until ComfyUI's process is restarted. */
const CONTEXT_FAULT = /(?:CUDA|HIP) error/i;

/** Restarts ComfyUI after an error that a restart may repair. The attempt has failed in any case. */
export async function restartIfBroken(context: DriverContext, error: unknown, signal: AbortSignal): Promise<void> {
  if (!(error instanceof AppError)) return;
  const { code, message } = error;
  const isBroken = code === 'comfyui_failed' && CONTEXT_FAULT.test(message);
  if (isBroken || code === 'comfyui_frozen' || code === 'comfyui_stalled') await context.restart(message, signal);
}
