import { AppError } from '../../../errors.ts';
import type { ComfyuiTimings } from '../timings.ts';

/**
 * Distinguishes a server that answers but does not work from a slow one. A ComfyUI whose worker thread has died still
 * answers every request, but never runs a prompt again.
 */
export interface Watchdog {
  /** Reports an event of our prompt. */
  sign(): void;
  /** Reports that our prompt waits. `busy`: another prompt runs. @throws {AppError} `comfyui_frozen` */
  waiting(busy: boolean): void;
  /** Reports that our prompt runs. @throws {AppError} `comfyui_stalled` */
  running(): void;
  /** Whether the socket has been quiet for so long that it may be dead. The limit doubles each time. */
  socketQuiet(): boolean;
}

export function createWatchdog(timings: ComfyuiTimings, now: () => number = () => performance.now()): Watchdog {
  let idleSince: number | undefined;
  let lastSign = now();
  let quietSince = lastSign;
  let quietFor = timings.socketSilence;
  const sign = (): void => {
    lastSign = now();
    quietSince = lastSign;
  };
  return {
    sign,
    waiting(busy) {
      sign();
      if (busy) idleSince = undefined;
      else idleSince ??= now();
      if (idleSince !== undefined && now() - idleSince >= timings.frozen) throw new AppError('comfyui_frozen');
    },
    running() {
      idleSince = undefined;
      const silent = now() - lastSign;
      if (silent >= timings.silence) throw new AppError('comfyui_stalled', `for ${Math.round(silent / 1000)} seconds`);
    },
    socketQuiet() {
      if (now() - quietSince < quietFor) return false;
      quietSince = now();
      quietFor *= 2;
      return true;
    },
  };
}
