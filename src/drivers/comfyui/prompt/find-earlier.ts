import type { Attempt } from '../job.ts';
import { cancelPrompt } from './cancel-prompt.ts';
import { endFailure } from './failures.ts';
import { forgetPrompt } from './forget-prompt.ts';
import { secondPromptId } from './prompt-id.ts';
import { type PromptEnd, findPrompt } from './prompt-state.ts';
import { findServerPromptIds } from './server-prompt-ids.ts';
import { settledSubmission } from './submit.ts';

/** A prompt of this task that was on ComfyUI before this attempt. */
export interface EarlierPrompt {
  promptId: string;
  /** The id under which the prompt was posted. The server sends its events to the socket of this id. */
  clientId: string;
  /** Null while it waits or runs. */
  end: PromptEnd | null;
}

/** Every id under which this task may have posted, newest first. */
export function knownPromptIds({ job, manifest }: Attempt): string[] {
  const derived = [job.promptId, ...job.earlierPromptIds].flatMap((id) => [secondPromptId(id), id]);
  return [...new Set([...manifest.content.prompts.toReversed(), ...derived])];
}

/** The prompts that are still usable. Prompts that failed are removed. */
async function findUsable(attempt: Attempt, promptIds: Iterable<string>): Promise<Omit<EarlierPrompt, 'clientId'>[]> {
  const usable: Omit<EarlierPrompt, 'clientId'>[] = [];
  for (const promptId of promptIds) {
    const found = await findPrompt(attempt, promptId, attempt.signal);
    if (found.state === 'absent') continue;
    if (found.state !== 'ended') {
      usable.push({ promptId, end: null });
      continue;
    }
    const failure = endFailure(found);
    if (failure === null) {
      usable.unshift({ promptId, end: found });
      continue;
    }
    await forgetPrompt(attempt, promptId);
    if (failure.entry.class === 'permanent') throw failure;
  }
  return usable;
}

/**
 * Looks for prompts that earlier attempts left, keeps the best and cancels the others. Best is a prompt that ended
 * well, then one that waits or runs.
 * @returns null if there is none.
 * @throws {AppError} of a prompt that failed permanently while no attempt was running; it need not fail again.
 */
export async function adoptEarlier(attempt: Attempt): Promise<EarlierPrompt | null> {
  const { api, job, manifest, signal, logger, submissions } = attempt;
  const { input, prompts } = manifest.content;
  const { running, pending } = await api.queue(signal);
  const queue = [...running, ...pending];
  const queued = queue.filter(({ mark }) => mark?.taskId === job.taskId && mark.input === input);
  let usable = await findUsable(
    attempt,
    new Set([...queued.map(({ promptId }) => promptId), ...knownPromptIds(attempt)]),
  );
  // A server that makes its own ids may have our prompts under those ids, and they may have ended since.
  if (usable.length === 0 && prompts.length > 0)
    usable = await findUsable(attempt, await findServerPromptIds(api, new Set(prompts), signal));

  const [best = null, ...others] = usable;
  if (best === null) return null;
  logger.info(`Found earlier work on ComfyUI: ${best.promptId}`);
  const spare = others.filter(({ end }) => end === null).map(({ promptId }) => promptId);
  for (const promptId of [best.promptId, ...spare]) submissions.set(promptId, settledSubmission());
  await Promise.all(spare.map((promptId) => cancelPrompt(attempt, promptId)));
  const clientId = queue.find(({ promptId }) => promptId === best.promptId)?.clientId ?? best.promptId;
  return { ...best, clientId };
}
