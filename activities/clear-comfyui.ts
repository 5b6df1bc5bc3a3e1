import type { ComfyuiDriver } from '../src/drivers/comfyui/driver.ts';
import { messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** Keeps work of other engines apart from prompts of ours that are left on ComfyUI: a prompt outlives the worker that sent it. */
export interface ClearComfyui {
  /** Runs work of ComfyUI, whose driver deals with prompts of other tasks itself. */
  comfyui<R>(work: () => Promise<R>): Promise<R>;
  /** Runs work of another engine, after cancelling prompts of ours. */
  others<R>(attempt: AttemptWork, work: () => Promise<R>): Promise<R>;
}

/** Looks only when something can be left: when this worker is new to the card, and after an attempt that failed. */
export function createClearComfyui({ comfyui, logger }: { comfyui: ComfyuiDriver; logger: Logger }): ClearComfyui {
  let clear = false;
  return {
    async comfyui(work) {
      clear = false;
      const result = await work();
      clear = true;
      return result;
    },
    async others({ signals, reporter }, work) {
      const signal = AbortSignal.any([signals.cancel, signals.leave]);
      try {
        if (!clear) await comfyui.sweepStrays(null, { signal, onPhase: (phase) => reporter.phase(phase) });
        clear = true;
      } catch (error) {
        signal.throwIfAborted();
        // Trouble with ComfyUI must not fail a task of another engine.
        logger.warn(`ComfyUI may still have work of ours: ${messageOf(error)}`);
      }
      return work();
    },
  };
}
