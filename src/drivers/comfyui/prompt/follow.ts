import { AppError } from '../../../errors.ts';
import type { PromptQueue } from '../client/api.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import { pause } from '../client/pause.ts';
import type { Attempt } from '../job.ts';
import type { Listener } from './listen.ts';
import { type PromptEnd, findPrompt } from './prompt-state.ts';

/**
 * Milliseconds between two polls after the socket reported the end of the prompt. On a real server the history entry
 * appeared up to 0.4 s after the event.
 */
const QUICK_POLL = 40;
const MOST_QUICK_POLLS = 50;
/**
 * Milliseconds that a prompt must be absent before it counts as lost, because it can move from the queue to the history
 * between two requests of a poll.
 */
const ABSENT = 500;
/** In milliseconds. The queue changes for the prompts of all clients, and not every change is worth a poll. */
const LEAST_PAUSE = 25;

/**
 * Follows a posted prompt to its end by polling. The socket only makes the next poll happen sooner.
 * @throws {AppError} `comfyui_lost`, `comfyui_frozen`, `comfyui_stalled`; the signal's reason.
 */
export async function followPrompt(attempt: Attempt, promptId: string, listener: Listener): Promise<PromptEnd> {
  const { api, timings, signal, onPhase } = attempt;
  const { watchdog } = listener;
  const grace = createGracePeriod(timings.away);
  let absentSince: number | undefined;
  let quickPolls = 0;
  for (;;) {
    let queue: PromptQueue | undefined;
    const found = await grace.try(async () => {
      const state = await findPrompt(attempt, promptId, signal);
      if (state.state === 'pending') queue = await api.queue(signal);
      return state;
    });
    if (found?.state === 'ended') return found;
    if (found?.state !== 'absent') absentSince = undefined;
    else absentSince ??= performance.now();
    if (absentSince !== undefined && performance.now() - absentSince >= ABSENT)
      throw new AppError('comfyui_lost', 'the prompt is neither waiting, nor running, nor in the history');
    if (found?.state === 'pending' && queue !== undefined) {
      const others = queue.running.filter((item) => item.promptId !== promptId);
      onPhase(others.length > 0 ? 'waiting for other work on ComfyUI' : 'queued');
      watchdog.waiting(queue.running.length > 0);
    }
    if (found?.state === 'running') {
      onPhase('running');
      watchdog.running();
      if (watchdog.socketQuiet()) listener.socket.renew();
    }
    const isEnding = absentSince !== undefined || (listener.hasHeardEnd() && quickPolls++ < MOST_QUICK_POLLS);
    await pause(LEAST_PAUSE, signal);
    await listener.waitForChange(isEnding ? QUICK_POLL : timings.poll, signal);
  }
}
