import { AppError, type ErrorCode } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import { ConnectionFailure, unavailable } from '../client/connection-failure.ts';
import type { Engine } from '../context.ts';

/** How ComfyUI is. */
export type ComfyuiHealth =
  | {
      up: true;
      version: string;
      /** Its cards; bytes. */
      devices: { name: string; vramTotal: number; vramFree: number }[];
      /** Prompts that run or wait. */
      queueLength: number;
    }
  | { up: false; code: ErrorCode; message: string };

/** Between the two looks that tell a frozen queue from the moment between two prompts. */
const SECOND_LOOK = 1500;

/** Something waits and nothing runs. */
async function isFrozen({ api, timings }: Engine): Promise<boolean> {
  const { running, pending } = await api.queue(undefined, timings.probe);
  return running.length === 0 && pending.length > 0;
}

/** One probe. Never throws: that it is away is an answer. */
export async function checkHealth(engine: Engine): Promise<ComfyuiHealth> {
  const { api, timings, http } = engine;
  try {
    const queueLength = await api.queueLength(undefined, timings.probe);
    const { version, devices } = await api.systemStats(undefined, timings.probe);
    if (queueLength > 0 && (await isFrozen(engine))) {
      await pause(Math.min(SECOND_LOOK, timings.frozen));
      if (await isFrozen(engine)) throw new AppError('comfyui_frozen');
    }
    return {
      up: true,
      version,
      devices: devices.map(({ name, vram_total: vramTotal, vram_free: vramFree }) => ({ name, vramTotal, vramFree })),
      queueLength,
    };
  } catch (error) {
    const known = error instanceof ConnectionFailure ? (unavailable(error, http.shown) as AppError) : error;
    if (known instanceof AppError) return { up: false, code: known.code, message: known.message };
    return { up: false, code: 'comfyui_unavailable', message: String(known) };
  }
}
