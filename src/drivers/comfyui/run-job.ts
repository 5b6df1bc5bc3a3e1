import { hashInput } from '../../assets/manifest.ts';
import { unavailable } from './client/connection-failure.ts';
import type { DriverContext, Phase, ServerContext } from './context.ts';
import type { Attempt, ComfyuiControl, ComfyuiJob, ComfyuiJobResult } from './job.ts';
import { openManifest } from './manifest.ts';
import { cancelAll } from './prompt/cancel-all.ts';
import { cancelStrays } from './prompt/cancel-strays.ts';
import { endFailure } from './prompt/failures.ts';
import { adoptEarlier } from './prompt/find-earlier.ts';
import { forgetPrompt } from './prompt/forget-prompt.ts';
import { ranOutOfMemory } from './prompt/out-of-memory.ts';
import { secondPromptId } from './prompt/prompt-id.ts';
import { attachToPrompt, runPrompt } from './prompt/run-prompt.ts';
import { collectEarlier, collectResult, storedResult } from './results/collect-result.ts';
import { removePartials } from './results/fetch-files.ts';
import { freeMemory } from './server/memory.ts';
import { probeServer } from './server/probe-server.ts';
import { restartIfBroken } from './server/restart.ts';

/**
 * Runs one attempt of a task. It uses everything that is already on disk or on ComfyUI, and does only the rest.
 * @throws {AppError} of the catalogue; the reason of `signal` or `leave`.
 */
export async function runJob(
  context: DriverContext,
  job: ComfyuiJob,
  control: ComfyuiControl,
): Promise<ComfyuiJobResult> {
  const manifest = await openManifest(job.workDir, hashInput(job.input));
  const stored = await storedResult(job, manifest);
  if (stored !== null) return stored;

  const { signal: cancel, leave } = control;
  const signal = leave === undefined ? cancel : AbortSignal.any([cancel, leave]);
  let phase: Phase | undefined;
  const attempt: Omit<Attempt, keyof ServerContext> = {
    job,
    manifest,
    signal,
    onProgress: (fraction, text, stage) => control.onProgress?.(fraction, text, stage),
    onPreview: (preview) => control.onPreview?.(preview),
    onFile: (file) => control.onFile?.(file),
    onPhase: (next) => {
      if (next !== phase) control.onPhase?.((phase = next));
    },
    submissions: new Map(),
  };
  let server: ServerContext | undefined;
  try {
    server = await probeServer(context, signal);
    return await runAttempt({ ...server, ...attempt });
  } catch (error) {
    if (!signal.aborted) await restartIfBroken(context, error, signal);
    if (!signal.aborted) throw unavailable(error, context.http.shown);
    if (!cancel.aborted) throw signal.reason;
    attempt.onPhase('cancelling');
    server ??= await probeServer(context, undefined).catch(() => undefined);
    if (server !== undefined) await cancelAll({ ...server, ...attempt });
    await removePartials(job.outputDir, job.taskId);
    throw cancel.reason;
  }
}

/** The steps of an attempt, in order. */
async function runAttempt(attempt: Attempt): Promise<ComfyuiJobResult> {
  const { job, manifest, signal, logger, onPhase } = attempt;
  const { input } = manifest.content;
  // A prompt of the same task with another input is no longer wanted.
  const isStray = (mark: { taskId: string; input: string }) => mark.taskId !== job.taskId || mark.input !== input;
  await cancelStrays(attempt, isStray, { signal, onPhase });

  const collected = await collectEarlier(attempt);
  if (collected !== null) return collected;

  const earlier = await adoptEarlier(attempt);
  let ended = await (earlier === null ? runPrompt(attempt, job.promptId) : attachToPrompt(attempt, earlier));

  if (ranOutOfMemory(ended.end)) {
    await forgetPrompt(attempt, ended.promptId);
    logger.warn(`Memory is exhausted: trying ${job.taskId} once more when memory is free`);
    onPhase('freeing memory');
    await freeMemory(attempt, signal);
    const isFirst = earlier === null || earlier.promptId === job.promptId;
    ended = await runPrompt(attempt, isFirst ? secondPromptId(job.promptId) : job.promptId);
  }

  const failure = endFailure(ended.end);
  if (failure === null) return collectResult(attempt, ended);
  await forgetPrompt(attempt, ended.promptId);
  throw failure;
}
