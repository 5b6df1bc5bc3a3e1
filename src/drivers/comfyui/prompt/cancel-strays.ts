import { AppError } from '../../../errors.ts';
import type { QueuedPrompt } from '../client/api.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import type { Mark } from '../client/mark.ts';
import { pause } from '../client/pause.ts';
import type { Phase, ServerContext } from '../context.ts';
import { requestCancel } from './cancel-prompt.ts';

export interface SweepControl {
  signal: AbortSignal;
  onPhase?: ((phase: Phase) => void) | undefined;
}

/**
 * Cancels stray prompts and waits until they are gone. A prompt is stray if its task ended while its worker was dead.
 * Prompts of other clients have no mark and are left alone.
 * @throws {AppError} `comfyui_frozen` if a prompt does not end, `comfyui_lost` if ComfyUI goes away meanwhile;
 * {ConnectionFailure} if ComfyUI is away from the start.
 */
export async function cancelStrays(
  server: ServerContext,
  isStray: (mark: Mark) => boolean,
  { signal, onPhase }: SweepControl,
): Promise<void> {
  const { api, timings, logger } = server;
  const began = performance.now();
  const grace = createGracePeriod(timings.away);
  const find = async (): Promise<QueuedPrompt[]> => {
    const { running, pending } = await api.queue(signal);
    return [...pending, ...running].filter(({ mark }) => mark !== null && isStray(mark));
  };
  const logged = new Set<string>();
  let strays: QueuedPrompt[] | undefined = await find();
  while (strays === undefined || strays.length > 0) {
    onPhase?.('waiting for an earlier task on ComfyUI');
    for (const { promptId, mark } of strays ?? []) {
      if (!logged.has(promptId))
        logger.warn(`Cancelling work of ${mark?.taskId} that was left on ComfyUI: ${promptId}`);
      logged.add(promptId);
      await grace.try(() => requestCancel(server, promptId));
    }
    await pause(timings.cancel, signal);
    strays = await grace.try(find);
    if (performance.now() - began >= timings.silence)
      throw new AppError('comfyui_frozen', 'work that was left on it does not end');
  }
}
