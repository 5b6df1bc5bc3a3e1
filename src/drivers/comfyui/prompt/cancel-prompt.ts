import { AppError, messageOf } from '../../../errors.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import { pause } from '../client/pause.ts';
import type { ServerContext } from '../context.ts';
import { type PromptState, findPrompt } from './prompt-state.ts';
import { findServerPromptIds } from './server-prompt-ids.ts';
import { type Submission, settledSubmission } from './submit.ts';

/** Asks ComfyUI to end exactly this prompt, whether it waits or runs. The answer does not show whether ComfyUI did. */
export async function requestCancel({ api, abilities }: ServerContext, promptId: string): Promise<void> {
  if (abilities.cancelRoute) return api.cancelJob(promptId, undefined);
  await api.removeWaiting(promptId, undefined);
  // Before 0.3.57 an interrupt ignored its prompt id, so it is sent only while this prompt runs.
  const { running } = await api.queue(undefined);
  if (running.some((item) => item.promptId === promptId)) await api.interrupt(promptId, undefined);
}

/**
 * @throws the errors of `findPrompt`; {AppError} if the answers are too slow: then no cancel gets through, and the next
 * task cancels the leftover work.
 */
async function cancelAndFind(server: ServerContext, promptId: string): Promise<PromptState> {
  try {
    // A server whose worker thread is dead answers 500 to cancels that took effect, so the answer is ignored.
    await requestCancel(server, promptId).catch((error: unknown) => {
      if (error instanceof ConnectionFailure && error.kind !== 'strange' && error.kind !== 'nonsense') throw error;
    });
    return await findPrompt(server, promptId);
  } catch (error) {
    if (error instanceof ConnectionFailure && error.kind === 'slow')
      throw new AppError('comfyui_failed', error.message);
    throw error;
  }
}

/** Milliseconds. */
const FIRST_WAIT = 100;

/**
 * Cancels a prompt repeatedly until it is gone. A real server loses some cancels that follow the submission closely,
 * and a running prompt stops only at its next node or step. Never throws: if ComfyUI is gone or does not obey for too
 * long, it logs this.
 */
export async function cancelPrompt(
  server: ServerContext,
  promptId: string,
  submission: Submission = settledSubmission(),
): Promise<void> {
  const { api, timings, logger } = server;
  const began = performance.now();
  const grace = createGracePeriod(timings.away);
  let settledAt: number | undefined;
  void submission.settled.then(() => (settledAt = performance.now()));
  let wait = FIRST_WAIT;
  let timesAbsent = 0;
  let id = promptId;
  // A clear answer contains the id.
  const mayHaveOtherId = !submission.clear;
  try {
    while (performance.now() - began < timings.silence) {
      // The server's id is known only after the submission has settled.
      if (submission.serverId !== undefined && submission.serverId !== id) {
        id = submission.serverId;
        timesAbsent = 0;
      }
      const found = await grace.try(() => cancelAndFind(server, id));
      if (found?.state === 'absent' && submission.serverId === undefined && mayHaveOtherId) {
        const [other] = (await grace.try(() => findServerPromptIds(api, new Set([promptId]), undefined))) ?? [];
        if (other !== undefined) submission.serverId = other;
      }
      if (found?.state === 'ended') return await api.forget(id, undefined).catch(() => undefined);
      timesAbsent = found?.state === 'absent' ? timesAbsent + 1 : 0;
      const isIdKnown = submission.serverId === undefined || submission.serverId === id;
      const staysAbsent =
        settledAt !== undefined && (submission.clear || performance.now() - settledAt > timings.settle);
      // Checked twice, because the prompt can move from the queue to the history between two requests.
      if (timesAbsent > 1 && isIdKnown && staysAbsent) return;
      await pause(wait);
      wait = Math.min(wait * 2, timings.cancel);
    }
    logger.error(`ComfyUI does not stop the cancelled prompt ${id}`);
    await server.restart('it does not stop a cancelled prompt');
  } catch (error) {
    logger.warn(`The cancelled prompt ${id} could not be followed to its end: ${messageOf(error)}`);
  }
}
