import type { ComfyuiInput } from '../../contracts/comfyui.ts';
import type { Stage } from '../../contracts/task-status.ts';
import type { Preview } from './client/preview-frames.ts';
import type { Phase, ServerContext } from './context.ts';
import type { ComfyuiFile, ComfyuiManifest } from './manifest.ts';
import type { Submission } from './prompt/submit.ts';

export interface ComfyuiJob {
  input: ComfyuiInput;
  taskId: string;
  /** The id of this attempt, from `promptIdOf`. */
  promptId: string;
  /** The ids of this task's earlier attempts, newest first. */
  earlierPromptIds: readonly string[];
  /** Absolute. The folder exists, belongs to this task alone, and is kept between attempts. */
  workDir: string;
  /** Absolute. The folder is created when the first file is written. */
  outputDir: string;
}

export interface ComfyuiControl {
  /** Aborts on cancel and deadline: the prompt is cancelled, and `run` rejects with the reason once it is gone. */
  signal: AbortSignal;
  /**
   * Aborts on a shutdown of the worker: `run` rejects with the reason at once, and the next attempt finds the prompt.
   */
  leave?: AbortSignal | undefined;
  /** Called with the progress, 0–1, and the running node with its step, such as `KSampler 12/20`. */
  onProgress?: (fraction: number, text: string, stage: Stage | null) => void;
  /** Called on each change. */
  onPhase?: (phase: Phase) => void;
  /** Called with every preview that ComfyUI sends, several times a second. */
  onPreview?: (preview: Preview) => void;
  /** Called with each file of the result as soon as it is in its place. If the attempt fails, it is removed again. */
  onFile?: (file: ComfyuiFile) => void;
}

export interface ComfyuiJobResult {
  files: ComfyuiFile[];
  texts: { node: string; text: string }[];
  seed: number | null;
  promptId: string;
  /** Whether all nodes except the saving ones came from ComfyUI's cache. */
  cached: boolean;
}

/** The context of one attempt of a job, shared by its steps. */
export interface Attempt extends ServerContext {
  job: ComfyuiJob;
  manifest: ComfyuiManifest;
  /** Aborts on cancel, deadline and shutdown. */
  signal: AbortSignal;
  onProgress: (fraction: number, text: string, stage: Stage | null) => void;
  onPhase: (phase: Phase) => void;
  onPreview: (preview: Preview) => void;
  onFile: (file: ComfyuiFile) => void;
  /** The prompts that this attempt has, or may have, on ComfyUI. */
  submissions: Map<string, Submission>;
}
