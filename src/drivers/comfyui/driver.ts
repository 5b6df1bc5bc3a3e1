import type { ComfyuiInput } from '../../contracts/comfyui.ts';
import type { FieldError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { createApi } from './client/api.ts';
import { type ComfyuiHealth, checkHealth } from './server/health.ts';
import { ConnectionFailure, unavailable } from './client/connection-failure.ts';
import type { Engine } from './context.ts';
import { createHttp } from './client/http.ts';
import type { ComfyuiControl, ComfyuiJob, ComfyuiResult } from './job.ts';
import { freeMemory, heldMemory } from './server/memory.ts';
import { findMissing } from './server/find-missing.ts';
import { createRestart } from './server/restart.ts';
import { greet, mend, runJob } from './run-job.ts';
import { type ComfyuiTimings, DEFAULT_TIMINGS } from './timings.ts';
import { type SweepControl, sweep } from './prompt/cancel-strays.ts';

export type { ComfyuiFile } from './manifest.ts';
export type { ComfyuiControl, ComfyuiHealth, ComfyuiJob, ComfyuiResult, ComfyuiTimings };
export type { Phase } from './context.ts';

export interface ComfyuiDriver {
  /**
   * One attempt of a task. When it settles, ComfyUI has no work of this task any more, except where `comfyui_frozen`, `comfyui_lost` or
   * `leave` ended it: then the next attempt finds what is there.
   * @throws {AppError} of the catalogue; the reason of `signal` or `leave`.
   */
  run(job: ComfyuiJob, control: ComfyuiControl): Promise<ComfyuiResult>;
  /** One cheap probe. Never throws. */
  check(): Promise<ComfyuiHealth>;
  /** Model files and node classes that ComfyUI lacks for this input; empty when it does not answer. Takes at most some seconds. */
  missing(input: ComfyuiInput): Promise<FieldError[]>;
  /**
   * Cancels prompts that carry our mark and are not this task's (null: any) and waits until they are gone. `run` does this by itself;
   * for activities of other engines. Nothing to do when ComfyUI is away.
   */
  sweepStrays(taskId: string | null, control: SweepControl): Promise<void>;
  /**
   * Has ComfyUI unload everything and waits until the memory is really back.
   * @throws {AppError} `vram_exhausted` when it does not come back, `comfyui_unavailable`; the signal's reason.
   */
  freeMemory(control: { signal: AbortSignal }): Promise<void>;
  /** What it holds of its card, in MiB; 0 when it is away. */
  heldMemory(signal: AbortSignal): Promise<number>;
}

export function createComfyuiDriver(options: {
  url: string;
  /** On every request and on the socket's handshake: for a proxy before ComfyUI. */
  headers?: Record<string, string>;
  /** Absolute; input files lie under it. */
  assetRoot: string;
  logger: Logger;
  /** Shell command that restarts a ComfyUI which does not work any more. */
  restartCommand?: string | undefined;
  timings?: Partial<ComfyuiTimings>;
}): ComfyuiDriver {
  const { assetRoot, logger } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const http = createHttp(options);
  const api = createApi(http, timings);
  const isUp = (): Promise<boolean> =>
    api.queueLength(undefined, timings.probe).then(
      () => true,
      () => false,
    );
  const restart = createRestart({ command: options.restartCommand, isUp, limit: timings.restart, logger });
  const engine: Engine = { http, api, timings, logger, assetRoot, restart };

  return {
    run: (job, control) => runJob(engine, job, control),
    check: () => checkHealth(engine),
    missing: (input) => findMissing(engine, input),
    async sweepStrays(taskId, control) {
      try {
        const server = await greet(engine, control.signal);
        await sweep(engine, server, ({ mark }) => mark !== null && mark.taskId !== taskId, control);
      } catch (error) {
        await mend(engine, error, control.signal);
        // What is away holds no card.
        if (!(error instanceof ConnectionFailure)) throw error;
      }
    },
    async freeMemory({ signal }) {
      try {
        await api.queueLength(signal);
        await freeMemory(engine, signal);
      } catch (error) {
        throw unavailable(error, http.shown);
      }
    },
    heldMemory: (signal) =>
      heldMemory(engine, signal).catch((error: unknown) => {
        if (error instanceof ConnectionFailure) return 0;
        throw error;
      }),
  };
}
