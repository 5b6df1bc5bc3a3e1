import { AppError } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import type { Engine } from '../context.ts';
import type { Device } from '../client/schemas.ts';
import { createTolerance } from '../client/grace-period.ts';

/** Share of the card that torch may still use when its memory counts as given back: the CUDA context and some slack stay (facts §1.8). */
const REST = 0.15;
/** Or so much of the card is free. */
const ENOUGH = 0.8;
const MEBIBYTE = 1024 * 1024;

/** Whether ComfyUI holds next to nothing of its card. On a server without a card there is nothing to wait for. */
export function isFree({ type, vram_total, vram_free, torch_vram_total, torch_vram_free }: Device): boolean {
  if (type === 'cpu' || vram_total <= 0 || vram_free >= ENOUGH * vram_total) return true;
  // Other engines hold memory of the same card, so what ComfyUI itself holds decides.
  return torch_vram_total > 0 && torch_vram_total - torch_vram_free <= REST * vram_total;
}

/**
 * Asks ComfyUI to unload everything and waits until its memory is really back: it answers at once and acts later. Restarts it where it
 * does not let go and a command is set.
 * @throws {AppError} `vram_exhausted` when the memory does not come back; what the API throws; the signal's reason.
 */
export async function freeMemory(engine: Engine, signal: AbortSignal): Promise<void> {
  const { api, timings, logger } = engine;
  const tolerance = createTolerance(timings.away);
  const began = performance.now();
  await tolerance.over(() => api.free(signal));
  let seen = 0;
  while (performance.now() - began < timings.memory) {
    await pause(Math.min(timings.poll, timings.memory / 4), signal);
    const stats = await tolerance.over(() => api.systemStats(signal));
    if (stats === undefined) continue;
    // Twice, for a moment between two models is no memory given back.
    seen = stats.devices.every(isFree) ? seen + 1 : 0;
    if (seen > 1) return logger.info('ComfyUI gave its memory back');
  }
  if (await engine.restart('it does not give its memory back', signal)) return;
  signal.throwIfAborted();
  throw new AppError('vram_exhausted', 'ComfyUI does not give its memory back');
}

/** What ComfyUI's models and buffers hold of its first card, in MiB. */
export async function heldMemory({ api, timings }: Engine, signal: AbortSignal): Promise<number> {
  const { devices } = await api.systemStats(signal, timings.probe);
  return Math.round((devices[0]?.torch_vram_total ?? 0) / MEBIBYTE);
}
