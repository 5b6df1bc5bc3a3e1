import { stat } from 'node:fs/promises';
import type { ComfyuiInput } from '../../../contracts/comfyui.ts';
import { AppError } from '../../../errors.ts';
import type { Attempt, ComfyuiJob, ComfyuiJobResult } from '../job.ts';
import type { ComfyuiManifest, EndedPrompt, StoredResult } from '../manifest.ts';
import { isCached } from '../prompt/attempt-graph.ts';
import { forgetPrompt } from '../prompt/forget-prompt.ts';
import type { PromptEnd } from '../prompt/prompt-state.ts';
import { fetchFiles } from './fetch-files.ts';
import { listAllFiles, listFiles, listTexts } from './outputs.ts';

/** Whether all files of a stored result still exist with the same size. */
async function isWhole({ files }: StoredResult): Promise<boolean> {
  const sizes = await Promise.all(files.map(({ file }) => stat(file).catch(() => null)));
  return files.every(({ sizeBytes }, index) => sizes[index]?.size === sizeBytes);
}

/** The result in the manifest; null unless it is whole. */
export async function storedResult(job: ComfyuiJob, { content }: ComfyuiManifest): Promise<ComfyuiJobResult | null> {
  const { result } = content;
  return result !== undefined && (await isWhole(result)) ? { ...result, seed: job.input.seed } : null;
}

/**
 * The outputs of a prompt that ended well.
 * @throws {AppError} `comfyui_no_output`, or `comfyui_output_lost` if a node that the template names produced nothing.
 */
function readOutputs(promptId: string, input: ComfyuiInput, end: PromptEnd): EndedPrompt {
  const files = listFiles(end.outputs);
  const texts = listTexts(end.outputs);
  if (files.length === 0 && texts.length === 0) throw new AppError('comfyui_no_output');
  const made = new Set([...listAllFiles(end.outputs), ...texts].map(({ node }) => node));
  const without = (input.outputs ?? []).filter(({ node }) => !made.has(node));
  if (without.length > 0)
    throw new AppError('comfyui_output_lost', `node ${without.map(({ node }) => node).join(', ')} produced nothing`);
  return { promptId, files, texts, cached: isCached(input.graph, end.cachedNodes) };
}

/** Removes the prompt from ComfyUI only after the result is on disk. */
async function fetchOutputs(attempt: Attempt, ended: EndedPrompt): Promise<ComfyuiJobResult> {
  const { api, job, manifest, onPhase, onFile } = attempt;
  onPhase('fetching');
  const result = { ...ended, files: await fetchFiles(attempt, ended.files, { ...job, onFile }, attempt.signal) };
  await manifest.update({ result });
  await api.forget(ended.promptId, undefined).catch(() => undefined);
  return { ...result, seed: job.input.seed };
}

const isGone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'comfyui_output_lost' || error.code === 'comfyui_no_output');

/**
 * The result from the outputs that an earlier attempt recorded in the manifest; null if there are none, or if ComfyUI
 * lost the files.
 */
export async function collectEarlier(attempt: Attempt): Promise<ComfyuiJobResult | null> {
  const { ended } = attempt.manifest.content;
  if (ended === undefined) return null;
  try {
    return await fetchOutputs(attempt, ended);
  } catch (error) {
    if (!isGone(error)) throw error;
    await forgetPrompt(attempt, ended.promptId);
    return null;
  }
}

/**
 * Downloads the result of a prompt that ended well.
 * @throws {AppError} `comfyui_no_output`, `comfyui_output_lost`, `comfyui_lost`.
 */
export async function collectResult(
  attempt: Attempt,
  { promptId, end }: { promptId: string; end: PromptEnd },
): Promise<ComfyuiJobResult> {
  try {
    const ended = readOutputs(promptId, attempt.job.input, end);
    await attempt.manifest.update({ ended });
    return await fetchOutputs(attempt, ended);
  } catch (error) {
    if (isGone(error)) await forgetPrompt(attempt, promptId);
    throw error;
  }
}
