import type { ComfyuiInput } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import { executionFailure, memoryFault } from './failures.ts';
import { isCached } from './attempt-graph.ts';
import type { Ended } from './prompt-state.ts';
import type { EndedNote } from '../manifest.ts';
import { listAllFiles, listFiles, listTexts } from '../results/outputs.ts';

/** Why a prompt did not end well; null when it did. */
export function endFailure(end: Ended): AppError | null {
  if (end.outcome === 'interrupted') return new AppError('comfyui_interrupted');
  return end.outcome === 'error' ? executionFailure(end.error) : null;
}

/** A broken CUDA context serves nobody until the process is restarted (facts §1.7). */
export const isContextFault = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'comfyui_failed' && /(?:CUDA|HIP) error/i.test(error.message);

/** Whether memory of the card or of the machine ran out: unloading what ComfyUI holds may help. */
export function ranOutOfMemory({ outcome, error }: Ended): boolean {
  return outcome === 'error' && error !== null && memoryFault(error.exception_type, error.exception_message) !== null;
}

/**
 * What a prompt that ended well has made.
 * @throws {AppError} `comfyui_no_output`, or `comfyui_output_lost` when a node that the template names made nothing.
 */
export function readOutputs(promptId: string, input: ComfyuiInput, end: Ended): EndedNote {
  const files = listFiles(end.outputs);
  const texts = listTexts(end.outputs);
  if (files.length === 0 && texts.length === 0) throw new AppError('comfyui_no_output');
  const made = new Set([...listAllFiles(end.outputs), ...texts].map(({ node }) => node));
  const without = (input.outputs ?? []).filter(({ node }) => !made.has(node));
  if (without.length > 0)
    throw new AppError('comfyui_output_lost', `node ${without.map(({ node }) => node).join(', ')} made nothing`);
  return { promptId, files, texts, cached: isCached(input.graph, end.cachedNodes) };
}
