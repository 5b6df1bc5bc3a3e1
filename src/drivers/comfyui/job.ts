import type { ComfyuiInput } from '../../contracts/comfyui.ts';
import type { Phase } from './context.ts';
import type { ComfyuiFile } from './manifest.ts';

export interface ComfyuiJob {
  input: ComfyuiInput;
  taskId: string;
  /** This attempt's own, from `promptIdOf`. */
  promptId: string;
  /** Of this task's earlier attempts, newest first. */
  earlierPromptIds: readonly string[];
  /** Absolute, exists, private to this task, kept between attempts. */
  workDir: string;
  /** Absolute; made when there is something to put into it. */
  outputDir: string;
}

export interface ComfyuiControl {
  /** Aborts on cancel and deadline: the prompt is cancelled, and `run` rejects with the reason once ComfyUI is rid of it. */
  signal: AbortSignal;
  /** Aborts on a polite shutdown: `run` rejects with the reason at once, and the prompt goes on for the next attempt to find. */
  leave?: AbortSignal | undefined;
  /** 0–1, and the node at work with its step, such as `KSampler 12/20`. */
  onProgress?: (fraction: number, text: string) => void;
  /** Called on each change. */
  onPhase?: (phase: Phase) => void;
}

export interface ComfyuiResult {
  files: ComfyuiFile[];
  texts: { node: string; text: string }[];
  seed: number | null;
  promptId: string;
  /** Whether all but the saving came from ComfyUI's cache. */
  cached: boolean;
}
