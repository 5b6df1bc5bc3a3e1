import type { VersionName } from './versions.ts';

export interface ComfyuiSimulatorOptions {
  /** Which ComfyUI it is; 0.33.0. */
  version?: VersionName;
  host?: string;
  /** 0, the default, is any free port. */
  port?: number;
  /**
   * Holds `input`, `output` and `temp`; files that are there already stay. Default: a new folder under the system's
   * temporary one, removed by `close()`.
   */
  folder?: string;
  /** How long one sampler step takes; 40. */
  stepMs?: number;
  /** The largest body; 100 MiB. */
  maxUploadBytes?: number;
  /** Where counted events are added to as they happen, so that a test still knows them after the process was killed. */
  journal?: string;
}

/** The same with every default filled in. */
export type Settings = Required<Omit<ComfyuiSimulatorOptions, 'folder' | 'journal'>>;

export const settingsOf = (options: ComfyuiSimulatorOptions): Settings => ({
  version: '0.33.0',
  host: '127.0.0.1',
  port: 0,
  stepMs: 40,
  maxUploadBytes: 100 * 1024 ** 2,
  ...options,
});
