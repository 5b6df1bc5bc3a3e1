import { AppError } from '../../../errors.ts';
import { ConnectionFailure } from './connection-failure.ts';

/** Bears it for a while that ComfyUI, which has our work, does not answer. */
export interface Tolerance {
  /**
   * The value of `ask`, or undefined when ComfyUI did not answer this time.
   * @throws {AppError} `comfyui_lost` when it has been away for too long, `comfyui_failed` when it answers nonsense for as long,
   * `comfyui_output_lost` when it has a file that is of no use; whatever else `ask` throws.
   */
  over<T>(ask: () => Promise<T>): Promise<T | undefined>;
}

export function createTolerance(longest: number, now: () => number = () => performance.now()): Tolerance {
  let awaySince: number | undefined;
  return {
    async over(ask) {
      try {
        const value = await ask();
        awaySince = undefined;
        return value;
      } catch (error) {
        if (!(error instanceof ConnectionFailure)) throw error;
        awaySince ??= now();
        // Nobody listens: most likely its process is gone, and its work with it.
        const limit = error.kind === 'refused' ? longest / 4 : longest;
        if (now() - awaySince < limit) return undefined;
        if (error.kind === 'nonsense') throw new AppError('comfyui_failed', error.message, { cause: error });
        if (error.kind === 'damaged') throw new AppError('comfyui_output_lost', error.message, { cause: error });
        throw new AppError('comfyui_lost', `it does not answer any more (${error.message})`, { cause: error });
      }
    },
  };
}
