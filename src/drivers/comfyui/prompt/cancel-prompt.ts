import { AppError, messageOf } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';
import type { Engine, Server } from '../context.ts';
import { look, type Sight } from './prompt-state.ts';
import { serverIds } from './server-prompt-ids.ts';
import { createTolerance } from '../client/grace-period.ts';

/** Whether a prompt's submission is over, and since when the prompt may be taken for absent. */
export interface Submission {
  /** Resolves when the answer came, or never will. */
  settled: Promise<unknown>;
  /** An answer was clear: what is absent now stays absent. */
  clear: boolean;
  /** What the server calls the prompt, where it took no id of ours. */
  serverId?: string;
}

/** Asks for the end of exactly this prompt, whether it waits or runs. What came of it, only a look tells. */
export async function cancelOnce({ api }: Engine, { abilities }: Server, promptId: string): Promise<void> {
  if (abilities.cancelRoute) return api.cancelJob(promptId, undefined);
  await api.removeWaiting(promptId, undefined);
  // Before 0.3.57 an interrupt ignored its prompt id, so it is sent only while this very prompt runs.
  const { running } = await api.queue(undefined);
  if (running.some((item) => item.promptId === promptId)) await api.interrupt(promptId, undefined);
}

/** @throws what `look` throws; {AppError} when the server trickles: it cannot be told anything, and the next task sweeps what is left. */
async function cancelAndLook(engine: Engine, server: Server, id: string): Promise<Sight> {
  try {
    // One that fails is no reason not to look: a server without its worker answers 500 to cancels that it obeyed.
    await cancelOnce(engine, server, id).catch((error: unknown) => {
      if (error instanceof ConnectionFailure && error.kind !== 'strange' && error.kind !== 'nonsense') throw error;
    });
    return await look(engine.api, server.abilities, id);
  } catch (error) {
    if (error instanceof ConnectionFailure && error.kind === 'slow')
      throw new AppError('comfyui_failed', error.message);
    throw error;
  }
}

const QUICK = 100;

/**
 * Cancels a prompt until it is really gone: a real server loses some cancels that follow closely on the submission, and a running
 * prompt stops only at its next node or step. Gives up, with a line in the log, when ComfyUI is gone or does not obey for too long.
 */
export async function withdraw(
  engine: Engine,
  server: Server,
  promptId: string,
  submission: Submission = { settled: Promise.resolve(), clear: true },
): Promise<void> {
  const { api, timings, logger } = engine;
  const began = performance.now();
  const tolerance = createTolerance(timings.away);
  let settledAt: number | undefined;
  void submission.settled.then(() => (settledAt = performance.now()));
  let wait = QUICK;
  let absent = 0;
  let id = promptId;
  // A clear answer names the id.
  const mayHaveOtherId = !submission.clear;
  try {
    while (performance.now() - began < timings.silence) {
      // Known only when the submission has settled.
      if (submission.serverId !== undefined && submission.serverId !== id) {
        id = submission.serverId;
        absent = 0;
      }
      const sight = await tolerance.over(() => cancelAndLook(engine, server, id));
      if (sight?.state === 'absent' && submission.serverId === undefined && mayHaveOtherId) {
        const [other] = (await tolerance.over(() => serverIds(api, new Set([promptId]), undefined))) ?? [];
        if (other !== undefined) submission.serverId = other;
      }
      if (sight?.state === 'ended') return await api.forget(id, undefined).catch(() => undefined);
      absent = sight?.state === 'absent' ? absent + 1 : 0;
      const unseen = settledAt === undefined ? 0 : performance.now() - settledAt;
      // Twice, since one look can fall between the queue and the history.
      if (
        absent > 1 &&
        (submission.serverId ?? id) === id &&
        settledAt !== undefined &&
        (submission.clear || unseen > timings.settle)
      )
        return;
      await pause(wait);
      wait = Math.min(wait * 2, timings.cancel);
    }
    logger.error(`ComfyUI does not stop the cancelled prompt ${id}`);
    await engine.restart('it does not stop a cancelled prompt');
  } catch (error) {
    logger.warn(`The cancelled prompt ${id} could not be followed to its end: ${messageOf(error)}`);
  }
}
