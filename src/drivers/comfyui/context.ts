import type { Logger } from '../../logging.ts';
import type { PreviewMethod } from '../../contracts/comfyui.ts';
import type { ComfyuiApi } from './client/api.ts';
import type { Http } from './client/http.ts';
import type { Abilities } from './server/versions.ts';
import type { ComfyuiTimings } from './timings.ts';

/** The shared context of all parts of the driver. */
export interface DriverContext {
  http: Http;
  api: ComfyuiApi;
  timings: ComfyuiTimings;
  logger: Logger;
  /** Absolute; input files are below it. */
  assetRoot: string;
  /** How ComfyUI is to make previews; a server of 2025 does not know this wish. */
  previewMethod: PreviewMethod;
  /**
   * Runs COMFYUI_RESTART_COMMAND and waits until ComfyUI answers.
   * @returns whether ComfyUI answered; false at once if no command is set, and as soon as the signal aborts.
   */
  restart(why: string, signal?: AbortSignal): Promise<boolean>;
}

/** The context after ComfyUI has answered and its version is known. */
export interface ServerContext extends DriverContext {
  abilities: Abilities;
}

/** The phase of a job, in a few words for people. */
export type Phase =
  | 'waiting for an earlier task on ComfyUI'
  | 'uploading'
  | 'queued'
  | 'waiting for other work on ComfyUI'
  | 'running'
  | 'freeing memory'
  | 'fetching'
  | 'cancelling';
