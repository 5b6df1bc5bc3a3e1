import type { ComfyuiInput, Graph } from '../../../contracts/comfyui.ts';
import { AppError, messageOf } from '../../../errors.ts';
import { pause } from '../client/pause.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';
import type { Engine, Server } from '../context.ts';
import { refusalFailure } from './failures.ts';
import type { Answer } from '../client/http.ts';
import { look } from './prompt-state.ts';
import { type Mark, markedData } from './mark.ts';
import { acceptedSchema, refusalSchema } from '../client/schemas.ts';
import { serverIds } from './server-prompt-ids.ts';
import { createTolerance } from '../client/grace-period.ts';
import type { Submission } from './cancel-prompt.ts';

/** What became of one POST. `unclear`: it may be in the queue, or come there later unless the server is done with it (`isOver`). */
type Outcome =
  | { is: 'accepted'; promptId: string }
  | { is: 'refused'; error: AppError; promptId?: string }
  | { is: 'not sent'; cause: unknown }
  | { is: 'unclear'; cause: string; isOver?: boolean };

const MOST_POSTS = 2;

function read(answer: Answer, input: ComfyuiInput): Outcome {
  const { status, json } = answer;
  const accepted = acceptedSchema.safeParse(json);
  if (status === 200 && accepted.success) {
    const errors = accepted.data.node_errors ?? {};
    if (Object.keys(errors).length === 0) return { is: 'accepted', promptId: accepted.data.prompt_id };
    // A part of the graph would run and the rest was dropped in silence: not what was asked for.
    const error = refusalFailure(refusalSchema.parse({ node_errors: errors }), input);
    return { is: 'refused', error, promptId: accepted.data.prompt_id };
  }
  if (status === 413) return { is: 'refused', error: new AppError('comfyui_refused', 'the graph is too large') };
  const refusal = refusalSchema.safeParse(json);
  if (status >= 400 && status < 500 && refusal.success)
    return { is: 'refused', error: refusalFailure(refusal.data, input) };
  return { is: 'unclear', cause: `HTTP ${status}` };
}

function readFailure(error: unknown): Outcome {
  if (!(error instanceof ConnectionFailure)) throw error;
  if (error.kind === 'refused') return { is: 'not sent', cause: error };
  return { is: 'unclear', cause: error.message, isOver: error.kind === 'slow' };
}

/**
 * Looks for a prompt whose submission had no clear answer, until it is seen or has been absent long enough.
 * @returns the id under which the server has it.
 */
async function appears(
  engine: Engine,
  server: Server,
  promptId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { api, timings } = engine;
  const tolerance = createTolerance(timings.away);
  let absentSince: number | undefined;
  for (;;) {
    const seen = await tolerance.over(async () => {
      const { state } = await look(api, server.abilities, promptId, signal);
      return state === 'absent' ? serverIds(api, new Set([promptId]), signal) : [promptId];
    });
    if (seen?.[0] !== undefined) return seen[0];
    if (seen === undefined) absentSince = undefined;
    else absentSince ??= performance.now();
    if (absentSince !== undefined && performance.now() - absentSince >= timings.settle) return undefined;
    await pause(Math.min(timings.poll, timings.settle / 3), signal);
  }
}

/**
 * Posts a prompt. No clear answer (timeout, reset, 5xx) is cleared up by looking for the prompt before anything is posted again.
 * Resolves with the id under which the server has the prompt: old servers take no id of ours and make their own.
 * `number` is never set: with equal ids and numbers ComfyUI's worker dies (facts §1.2).
 * @throws {AppError} what ComfyUI refused (permanent), `comfyui_unavailable` when nothing was sent, `comfyui_lost`, `comfyui_failed`;
 * the signal's reason as soon as it aborts, while `watch` is told what to wait for.
 */
export async function submit(
  engine: Engine,
  server: Server,
  prompt: { promptId: string; graph: Graph; input: ComfyuiInput; mark: Mark },
  control: { signal: AbortSignal; watch: (submission: Submission) => void },
): Promise<string> {
  const { promptId, graph, input, mark } = prompt;
  const body = { prompt: graph, prompt_id: promptId, client_id: promptId, extra_data: markedData(mark) };
  let cause = '';
  for (let post = 0; post < MOST_POSTS; post++) {
    const sent = engine.api.submit(body, undefined).then((answer) => read(answer, input), readFailure);
    const submission: Submission = { settled: Promise.resolve(), clear: false };
    submission.settled = sent.then(
      (outcome) => {
        submission.clear = outcome.is !== 'unclear' || outcome.isOver === true;
        if ('promptId' in outcome && outcome.promptId !== promptId) submission.serverId = outcome.promptId;
        return undefined;
      },
      () => undefined,
    );
    control.watch(submission);
    const outcome = await untilAborted(sent, control.signal);
    if (outcome.is === 'accepted') return outcome.promptId;
    if (outcome.is === 'refused') throw outcome.error;
    if (outcome.is === 'not sent')
      throw new AppError('comfyui_unavailable', `${engine.http.shown}: ${messageOf(outcome.cause)}`);
    cause = outcome.cause;
    engine.logger.warn(`ComfyUI gave no clear answer to a submission (${cause}); looking for ${promptId}`);
    const seen = await appears(engine, server, promptId, control.signal);
    if (seen !== undefined) return seen;
    submission.clear = true;
  }
  throw new AppError('comfyui_failed', `it does not take the graph (${cause})`);
}

/** Rejects with the reason as soon as the signal aborts; `work` goes on. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { signal: over.signal });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}
