import { AppError } from '../../../errors.ts';
import { ConnectionFailure } from './connection-failure.ts';

/** Lets a ComfyUI that has our work be unreachable for a while. */
export interface GracePeriod {
  /**
   * The value of `ask`, or undefined when ComfyUI was unreachable this time; the caller asks again later.
   * @throws {AppError} once that has lasted for too long: `comfyui_lost`; `comfyui_failed` where the last answer could not
   * be read, `comfyui_output_lost` where the last file was damaged. Errors of other kinds at once.
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
        throw new AppError('comfyui_lost', `it no longer answers (${error.message})`, { cause: error });
      }
    },
  };
}
