import type { ComfyuiInput, PreviewMethod } from '../../contracts/comfyui.ts';
import type { FieldError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { createApi } from './client/api.ts';
import { ConnectionFailure, unavailable } from './client/connection-failure.ts';
import { createHttp } from './client/http.ts';
import type { DriverContext } from './context.ts';
import type { ComfyuiControl, ComfyuiJob, ComfyuiJobResult } from './job.ts';
import { type SweepControl, cancelStrays } from './prompt/cancel-strays.ts';
import { runJob } from './run-job.ts';
import { findMissing } from './server/find-missing.ts';
import { type ComfyuiHealth, probeHealth } from './server/health.ts';
import { freeMemory, heldMemory } from './server/memory.ts';
import { probeServer } from './server/probe-server.ts';
import { createRestart, restartIfBroken } from './server/restart.ts';
import { type ComfyuiTimings, DEFAULT_TIMINGS } from './timings.ts';

export type { Phase } from './context.ts';
export type { ComfyuiFile } from './manifest.ts';
export type { ComfyuiControl, ComfyuiHealth, ComfyuiJob, ComfyuiJobResult, ComfyuiTimings };

export interface ComfyuiDriver {
  /**
   * Runs one attempt of a task. When it settles, ComfyUI has no more work of this task, except after `comfyui_frozen`,
   * `comfyui_lost` or `leave`: then the next attempt finds the remaining work.
   * @throws {AppError} of the catalogue; the reason of `signal` or `leave`.
   */
  run(job: ComfyuiJob, control: ComfyuiControl): Promise<ComfyuiJobResult>;
  /** One cheap probe. Never throws. */
  check(): Promise<ComfyuiHealth>;
  /** Model files and node classes that ComfyUI lacks for this input; empty if it does not answer within seconds. */
  missing(input: ComfyuiInput): Promise<FieldError[]>;
  /**
   * Cancels prompts that carry our mark, except those of this task (null: all of them), and waits until they are gone.
   * It does nothing if ComfyUI is away. `run` does this itself; activities of other engines call this function.
   */
  sweepStrays(taskId: string | null, control: SweepControl): Promise<void>;
  /**
   * Makes ComfyUI unload everything and waits until the memory is really free.
   * @throws {AppError} `vram_exhausted` if the memory does not become free, `comfyui_unavailable`; the signal's reason.
   */
  freeMemory(control: { signal: AbortSignal }): Promise<void>;
  /** Memory of the card that ComfyUI holds, in MiB; 0 if it is away. */
  heldMemory(signal: AbortSignal): Promise<number>;
}

export function createComfyuiDriver(options: {
  url: string;
  /** Sent with every request and with the handshake of the socket, for a proxy in front of ComfyUI. */
  headers?: Record<string, string>;
  /** Absolute; input files are below it. */
  assetRoot: string;
  logger: Logger;
  /** Shell command that restarts a ComfyUI that no longer works. */
  restartCommand?: string | undefined;
  timings?: Partial<ComfyuiTimings>;
  /** `auto` if absent. */
  previewMethod?: PreviewMethod;
}): ComfyuiDriver {
  const { assetRoot, logger, previewMethod = 'auto' } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const http = createHttp(options);
  const api = createApi(http, timings);
  const isUp = (): Promise<boolean> =>
    api.queueLength(undefined, timings.probe).then(
      () => true,
      () => false,
    );
  const restart = createRestart({ command: options.restartCommand, isUp, limit: timings.restart, logger });
  const context: DriverContext = { http, api, timings, logger, assetRoot, previewMethod, restart };

  return {
    run: (job, control) => runJob(context, job, control),
    check: () => probeHealth(context),
    missing: (input) => findMissing(context, input),
    async sweepStrays(taskId, control) {
      try {
        const server = await probeServer(context, control.signal);
        await cancelStrays(server, (mark) => mark.taskId !== taskId, control);
      } catch (error) {
        await restartIfBroken(context, error, control.signal);
        // A ComfyUI that is away does not hold memory of the card.
        if (!(error instanceof ConnectionFailure)) throw error;
      }
    },
    async freeMemory({ signal }) {
      try {
        await api.queueLength(signal);
        await freeMemory(context, signal);
      } catch (error) {
        throw unavailable(error, http.shown);
      }
    },
    heldMemory: (signal) =>
      heldMemory(context, signal).catch((error: unknown) => {
        if (error instanceof ConnectionFailure) return 0;
        throw error;
      }),
  };
}
