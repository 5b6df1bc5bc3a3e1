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
  /** How long any other node takes; 0. */
  nodeMs?: number;
  /** How long loading one model file takes when it is not in memory yet; 0. */
  loadMs?: number;
  /**
   * Previews of sampler steps when a prompt does not ask for a method itself; `none`, like the real server's default.
   */
  previewMethod?: 'none' | 'auto';
  /** Model files by folder, in place of {@link DEFAULT_MODEL_FILES}. */
  modelFiles?: Record<string, readonly string[]>;
  /** Memory of the card that it claims to have; 24 GiB. */
  vramBytes?: number;
  /** The largest body; 100 MiB. */
  maxUploadBytes?: number;
  /** Where counted events are added to as they happen, so that a test still knows them after the process was killed. */
  journal?: string;
}

/** The same with every default filled in. */
export type Settings = Required<Omit<ComfyuiSimulatorOptions, 'journal' | 'modelFiles'>> &
  Pick<ComfyuiSimulatorOptions, 'journal' | 'modelFiles'>;

const GIBIBYTE = 1024 ** 3;

export const settingsOf = (options: ComfyuiSimulatorOptions, folder: string): Settings => ({
  version: '0.33.0',
  host: '127.0.0.1',
  port: 0,
  stepMs: 40,
  nodeMs: 0,
  loadMs: 0,
  previewMethod: 'none',
  vramBytes: 24 * GIBIBYTE,
  maxUploadBytes: 100 * 1024 ** 2,
  ...options,
  folder,
});
