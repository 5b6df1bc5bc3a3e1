import { messageOf } from '../../../errors.ts';
import type { Attempt } from '../job.ts';
import { cancelPrompt } from './cancel-prompt.ts';
import { knownPromptIds } from './find-earlier.ts';

/** Cancels everything that this task has on ComfyUI and waits until it is gone. */
export async function cancelAll(attempt: Attempt): Promise<void> {
  const { api, job, logger, submissions } = attempt;
  // The prompts of this attempt are cancelled at once; those of earlier attempts have to be found first.
  const own = [...submissions].map(([promptId, submission]) => cancelPrompt(attempt, promptId, submission));
  const known = new Set(knownPromptIds(attempt));
  const { running, pending } = await api.queue(undefined).catch((error: unknown) => {
    logger.warn(`ComfyUI could not be searched for earlier work of ${job.taskId}: ${messageOf(error)}`);
    return { running: [], pending: [] };
  });
  const earlier = [...running, ...pending].filter(
    ({ promptId, mark }) => !submissions.has(promptId) && (known.has(promptId) || mark?.taskId === job.taskId),
  );
  await Promise.all([...own, ...earlier.map(({ promptId }) => cancelPrompt(attempt, promptId))]);
}
