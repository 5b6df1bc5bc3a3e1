import type { Logger } from '../../logging.ts';
import type { ComfyuiApi } from './client/api.ts';
import type { Http } from './client/http.ts';
import type { ComfyuiTimings } from './timings.ts';
import type { Abilities } from './server/versions.ts';

/** What every part of the driver works with. */
export interface Engine {
  http: Http;
  api: ComfyuiApi;
  timings: ComfyuiTimings;
  logger: Logger;
  assetRoot: string;
  /**
   * Runs COMFYUI_RESTART_COMMAND and waits until ComfyUI answers.
   * @returns whether it did; false at once where no command is set, and as soon as the signal aborts.
   */
  restart(why: string, signal?: AbortSignal): Promise<boolean>;
}

/** One ComfyUI as it was at the start of an attempt. */
export interface Server {
  version: string;
  abilities: Abilities;
}

/** What the driver says about a job, in a few words for people. */
export type Phase =
  | 'waiting for an earlier task on ComfyUI'
  | 'uploading'
  | 'queued'
  | 'waiting for other work on ComfyUI'
  | 'running'
  | 'freeing memory'
  | 'fetching'
  | 'cancelling';
