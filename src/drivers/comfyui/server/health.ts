import { AppError, type ErrorCode } from '../../../errors.ts';
import { unavailable } from '../client/connection-failure.ts';
import { pause } from '../client/pause.ts';
import type { DriverContext } from '../context.ts';

export type ComfyuiHealth =
  | {
      up: true;
      version: string;
      /** ComfyUI's cards; sizes in bytes. */
      devices: { name: string; vramTotal: number; vramFree: number }[];
      /** Prompts that run or wait. */
      queueLength: number;
    }
  | { up: false; code: ErrorCode; message: string };

/** Milliseconds between two checks, so that the moment between two prompts is not mistaken for a frozen queue. */
const SECOND_CHECK = 1500;

/** Whether prompts wait and none runs. */
async function isIdleWithWork({ api, timings }: DriverContext): Promise<boolean> {
  const { running, pending } = await api.queue(undefined, timings.probe);
  return running.length === 0 && pending.length > 0;
}

/** One probe. Never throws. */
export async function probeHealth(context: DriverContext): Promise<ComfyuiHealth> {
  const { api, timings, http } = context;
  try {
    const queueLength = await api.queueLength(undefined, timings.probe);
    const { version, devices } = await api.systemStats(undefined, timings.probe);
    if (queueLength > 0 && (await isIdleWithWork(context))) {
      await pause(Math.min(SECOND_CHECK, timings.frozen));
      if (await isIdleWithWork(context)) throw new AppError('comfyui_frozen');
    }
    return {
      up: true,
      version,
      devices: devices.map(({ name, vram_total: vramTotal, vram_free: vramFree }) => ({ name, vramTotal, vramFree })),
      queueLength,
    };
  } catch (error) {
    const known = unavailable(error, http.shown);
    if (known instanceof AppError) return { up: false, code: known.code, message: known.message };
    return { up: false, code: 'comfyui_unavailable', message: String(known) };
  }
}
