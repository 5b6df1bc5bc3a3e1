import { unavailable } from './client/connection-failure.ts';
import { createDelivery } from './results/deliver.ts';
import { endFailure, ranOutOfMemory } from './prompt/end.ts';
import type { Engine, Server } from './context.ts';
import type { FollowControl } from './prompt/follow.ts';
import type { ComfyuiJob, ComfyuiResult } from './job.ts';
import { freeMemory } from './server/memory.ts';
import type { NoteBook } from './manifest.ts';
import { attach, post } from './prompt/run-prompt.ts';
import { secondPromptId } from './prompt/prompt-id.ts';
import { clearAway, findEarlier } from './prompt/find-earlier.ts';
import { type Submission, withdraw } from './prompt/cancel-prompt.ts';

/** The prompts that this attempt has, or may have, on ComfyUI. */
export type Posted = Map<string, Submission>;

/**
 * Takes what this task has on ComfyUI already, or posts it; once more when memory ran out.
 * @throws {AppError} of the catalogue; the signal's reason.
 */
export async function work(
  engine: Engine,
  server: Server,
  job: ComfyuiJob,
  book: NoteBook,
  control: FollowControl,
  posted: Posted,
): Promise<ComfyuiResult> {
  const { signal } = control;
  const delivery = createDelivery(engine, job, book, control);
  const noted = await delivery.fetchNoted();
  if (noted !== null) return noted;

  const { best, spare } = await findEarlier(engine, server, job, book, signal).catch((error: unknown) => {
    throw unavailable(error, engine.http.shown);
  });
  for (const { promptId } of best === null ? [] : [best, ...spare.map((id) => ({ promptId: id }))])
    posted.set(promptId, { settled: Promise.resolve(), clear: true });
  await Promise.all(spare.map((promptId) => withdraw(engine, server, promptId)));
  if (best !== null && best.end !== null) return delivery.deliver(best.promptId, best.end);

  const watch = (promptId: string, submission: Submission): void => void posted.set(promptId, submission);
  const asked = best?.promptId ?? job.promptId;
  let { promptId, end } =
    best === null
      ? await post(engine, server, job, book, asked, { ...control, watch })
      : { promptId: asked, end: await attach(engine, server, job, asked, control) };
  let failure = endFailure(end);
  if (ranOutOfMemory(end)) {
    await clearAway(engine, book, promptId);
    engine.logger.warn(`Memory ran out: trying ${job.taskId} once more when the memory is back`);
    control.onPhase('freeing memory');
    await freeMemory(engine, signal);
    const again = asked === job.promptId ? secondPromptId(job.promptId) : job.promptId;
    ({ promptId, end } = await post(engine, server, job, book, again, { ...control, watch }));
    failure = endFailure(end);
  }
  if (failure === null) return delivery.deliver(promptId, end);
  await clearAway(engine, book, promptId);
  throw failure;
}
