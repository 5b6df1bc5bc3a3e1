import { AppError } from '../../../errors.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import { pause } from '../client/pause.ts';
import type { Device } from '../client/schemas.ts';
import type { DriverContext } from '../context.ts';

/**
 * The share of the card that torch may still hold when ComfyUI's memory counts as freed: the CUDA context and some
 * cached blocks stay.
 */
const STAYS = 0.15;
/** ComfyUI's memory also counts as freed if this share of the card is free. */
const ENOUGH = 0.8;
const MEBIBYTE = 1024 * 1024;

/** Whether ComfyUI holds almost no memory of its card. On a server without a card there is nothing to wait for. */
export function isFree({ type, vram_total, vram_free, torch_vram_total, torch_vram_free }: Device): boolean {
  if (type === 'cpu' || vram_total <= 0 || vram_free >= ENOUGH * vram_total) return true;
  // Other engines hold memory of the same card, so only ComfyUI's own memory counts.
  return torch_vram_total > 0 && torch_vram_total - torch_vram_free <= STAYS * vram_total;
}

/**
 * Asks ComfyUI to unload everything and waits until its memory is really free, because ComfyUI answers at once and acts
 * later. If the memory does not become free and a restart command is set, restarts ComfyUI.
 * @throws {AppError} `vram_exhausted` if the memory does not become free; the errors of the API; the signal's reason.
 */
export async function freeMemory(context: DriverContext, signal: AbortSignal): Promise<void> {
  const { api, timings, logger } = context;
  const grace = createGracePeriod(timings.away);
  const began = performance.now();
  await grace.try(() => api.free(signal));
  let timesFree = 0;
  while (performance.now() - began < timings.memory) {
    await pause(Math.min(timings.poll, timings.memory / 4), signal);
    const stats = await grace.try(() => api.systemStats(signal));
    if (stats === undefined) continue;
    // Checked twice, because memory is also free for a moment between two models.
    timesFree = stats.devices.every(isFree) ? timesFree + 1 : 0;
    if (timesFree > 1) return logger.info('ComfyUI freed its memory');
  }
  if (await context.restart('it does not free its memory', signal)) return;
  signal.throwIfAborted();
  throw new AppError('vram_exhausted', 'ComfyUI does not free its memory');
}

/** Memory of the first card that ComfyUI's models and buffers hold, in MiB. */
export async function heldMemory({ api, timings }: DriverContext, signal: AbortSignal): Promise<number> {
  const { devices } = await api.systemStats(signal, timings.probe);
  return Math.round((devices[0]?.torch_vram_total ?? 0) / MEBIBYTE);
}
