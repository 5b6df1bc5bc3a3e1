import type { ComfyuiInput } from '../../contracts/comfyui.ts';
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
  /** Absolute. The folder is made when there is something to put into it. */
  outputDir: string;
}

export interface ComfyuiControl {
  /** Aborts on cancel and deadline: the prompt is cancelled, and `run` rejects with the reason once it is gone. */
  signal: AbortSignal;
  /** Aborts on a polite shutdown: `run` rejects with the reason at once, and the next attempt finds the prompt. */
  leave?: AbortSignal | undefined;
  /** 0–1, and the node at work with its step, such as `KSampler 12/20`. */
  onProgress?: (fraction: number, text: string) => void;
  /** Called on each change. */
  onPhase?: (phase: Phase) => void;
}

export interface ComfyuiJobResult {
  files: ComfyuiFile[];
  texts: { node: string; text: string }[];
  seed: number | null;
  promptId: string;
  /** Whether everything but the saving came from ComfyUI's cache. */
  cached: boolean;
}

/** One attempt of a job, as each of its steps needs it. */
export interface Attempt extends ServerContext {
  job: ComfyuiJob;
  manifest: ComfyuiManifest;
  /** Aborts on cancel, deadline and shutdown. */
  signal: AbortSignal;
  onProgress: (fraction: number, text: string) => void;
  onPhase: (phase: Phase) => void;
  /** The prompts that this attempt has, or may have, on ComfyUI. */
  submissions: Map<string, Submission>;
}
