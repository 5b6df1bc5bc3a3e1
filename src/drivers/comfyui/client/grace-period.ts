import { AppError } from '../../../errors.ts';
import { ConnectionFailure } from './connection-failure.ts';

/** Lets a ComfyUI that has our work be unreachable for a while. */
export interface GracePeriod {
  /**
   * The value of `ask`, or undefined when ComfyUI was unreachable this time; the caller asks again later.
   * @throws {AppError} `comfyui_lost` when it has been unreachable for too long, `comfyui_failed` when its answers have
   * been unreadable for as long, `comfyui_output_lost` when a file has been damaged for as long; whatever else `ask` throws.
   */
  try<T>(ask: () => Promise<T>): Promise<T | undefined>;
}

/** @param longest milliseconds since the last answer. */
export function createGracePeriod(longest: number, now: () => number = () => performance.now()): GracePeriod {
  let unreachableSince: number | undefined;
  return {
    async try(ask) {
      try {
        const value = await ask();
        unreachableSince = undefined;
        return value;
      } catch (error) {
        if (!(error instanceof ConnectionFailure)) throw error;
        unreachableSince ??= now();
        // Nobody listens: most likely ComfyUI's process is gone, and its work with it.
        const limit = error.kind === 'refused' ? longest / 4 : longest;
        if (now() - unreachableSince < limit) return undefined;
        if (error.kind === 'nonsense') throw new AppError('comfyui_failed', error.message, { cause: error });
        if (error.kind === 'damaged') throw new AppError('comfyui_output_lost', error.message, { cause: error });
        throw new AppError('comfyui_lost', `it does not answer any more (${error.message})`, { cause: error });
      }
    },
  };
}
