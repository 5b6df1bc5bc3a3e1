import type { ComfyuiDriver } from '../src/drivers/comfyui/driver.ts';
import { messageOf } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import type { AttemptWork } from './gpu-attempt.ts';

/** Keeps what an engine does and what is left on ComfyUI apart: a prompt outlives the worker that gave it. */
export interface ClearComfyui {
  /** ComfyUI's own work, which sees to prompts of other tasks by itself. */
  comfyui<R>(work: () => Promise<R>): Promise<R>;
  /** Work of another engine: prompts of ours are cancelled first. */
  others<R>(attempt: AttemptWork, work: () => Promise<R>): Promise<R>;
}

/** Looks only where something can be left: when this worker is new to the card, and after an attempt that did not end well. */
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
        // Its troubles are not those of the other engines.
        logger.warn(`ComfyUI may still have work of ours: ${messageOf(error)}`);
      }
      return work();
    },
  };
}
