import { AppError } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import type { Queued } from '../client/api.ts';
import type { Engine, Phase, Server } from '../context.ts';
import { createTolerance } from '../client/grace-period.ts';
import { cancelOnce } from './cancel-prompt.ts';

export interface SweepControl {
  signal: AbortSignal;
  onPhase?: ((phase: Phase) => void) | undefined;
}

/**
 * Cancels the prompts that `isStray` names and waits until they are gone: work of ours whose worker was dead when its task ended, so that
 * nobody told ComfyUI. Other people's prompts carry no mark and are left alone.
 * @throws {AppError} `comfyui_frozen` when one does not end; {ConnectionFailure} when ComfyUI is away at once, `comfyui_lost` later.
 */
export async function sweep(
  engine: Engine,
  server: Server,
  isStray: (item: Queued) => boolean,
  { signal, onPhase }: SweepControl,
): Promise<void> {
  const { api, timings, logger } = engine;
  const began = performance.now();
  const tolerance = createTolerance(timings.away);
  const find = async (): Promise<Queued[]> => {
    const { running, pending } = await api.queue(signal);
    return [...pending, ...running].filter(isStray);
  };
  const told = new Set<string>();
  let strays: Queued[] | undefined = await find();
  while (strays === undefined || strays.length > 0) {
    onPhase?.('waiting for an earlier task on ComfyUI');
    for (const { promptId, mark } of strays ?? []) {
      if (!told.has(promptId)) logger.warn(`Cancelling work of ${mark?.taskId} that was left on ComfyUI: ${promptId}`);
      told.add(promptId);
      await tolerance.over(() => cancelOnce(engine, server, promptId));
    }
    await pause(timings.cancel, signal);
    strays = await tolerance.over(find);
    if (performance.now() - began >= timings.silence)
      throw new AppError('comfyui_frozen', 'work that was left on it does not end');
  }
}
