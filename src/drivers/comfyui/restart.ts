import { spawn } from 'node:child_process';
import type { Logger } from '../../logging.ts';
import { pause } from './bell.ts';

/** Runs a shell command; resolves with whether it ended well within `limit` milliseconds. Its whole process group ends with the limit. */
function runCommand(command: string, limit: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    // A group of its own: what the command leaves running in the background, a server perhaps, must outlive us.
    const child = spawn(command, { shell: true, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limit);
    const end = (well: boolean): void => {
      clearTimeout(timer);
      resolve(well);
    };
    // Half a restart is worse than a whole one: it goes on, we only wait no longer.
    signal?.addEventListener('abort', () => resolve(false), { once: true });
    child.once('error', () => end(false));
    child.once('exit', (code) => end(code === 0));
  });
}

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
    if (!(await runCommand(command, limit, signal))) {
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
