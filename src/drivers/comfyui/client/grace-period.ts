import { AppError } from '../../../errors.ts';
import { ConnectionFailure } from './connection-failure.ts';

/** Tolerates a ComfyUI with our work being unreachable for a while. */
export interface GracePeriod {
  /**
   * Returns the value of `ask`, or undefined if ComfyUI was unreachable this time; the caller then asks again later.
   * @throws {AppError} after that has lasted too long: `comfyui_lost`; `comfyui_failed` if the last answer could not be
   * parsed; `comfyui_output_lost` if the last file was damaged. Other errors are thrown at once.
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
        // Nothing listens: most likely the process of ComfyUI has ended, and its work is lost.
        const limit = error.kind === 'refused' ? longest / 4 : longest;
        if (now() - unreachableSince < limit) return undefined;
        if (error.kind === 'nonsense') throw new AppError('comfyui_failed', error.message, { cause: error });
        if (error.kind === 'damaged') throw new AppError('comfyui_output_lost', error.message, { cause: error });
        throw new AppError('comfyui_lost', `it no longer answers (${error.message})`, { cause: error });
      }
    },
  };
}
