import type { ComfyuiInput, Graph } from '../../../contracts/comfyui.ts';
import { AppError, messageOf } from '../../../errors.ts';
import { ConnectionFailure } from '../client/connection-failure.ts';
import { createGracePeriod } from '../client/grace-period.ts';
import type { Answer } from '../client/http.ts';
import { type Mark, markedData } from '../client/mark.ts';
import { pause } from '../client/pause.ts';
import { acceptedSchema, refusalSchema } from '../client/schemas.ts';
import type { ServerContext } from '../context.ts';
import { refusalFailure } from './failures.ts';
import { findPrompt } from './prompt-state.ts';
import { findServerPromptIds } from './server-prompt-ids.ts';

/** The facts about a sent prompt that a cancel needs. */
export interface Submission {
  /** Resolves when the answer has arrived, or can no longer arrive. */
  settled: Promise<unknown>;
  /** Whether the answer was clear: then a prompt that is absent now stays absent. */
  clear: boolean;
  /** The server's id of the prompt, if it differs from ours. */
  serverId?: string;
}

/** The submission of a prompt that is already on ComfyUI. */
export const settledSubmission = (): Submission => ({ settled: Promise.resolve(), clear: true });

/**
 * The outcome of one POST. After an `unclear` outcome the prompt may be in the queue; unless the server has finished
 * the request (`isOver`), it may also enter the queue later.
 */
type Outcome =
  | { is: 'accepted'; promptId: string }
  | { is: 'refused'; error: AppError; promptId?: string }
  | { is: 'not sent'; cause: unknown }
  | { is: 'unclear'; cause: string; isOver?: boolean };

const MOST_POSTS = 2;

function readAnswer({ status, json }: Answer, input: ComfyuiInput): Outcome {
  const accepted = acceptedSchema.safeParse(json);
  if (status === 200 && accepted.success) {
    const { prompt_id: promptId, node_errors: errors } = accepted.data;
    if (Object.keys(errors ?? {}).length === 0) return { is: 'accepted', promptId };
    // ComfyUI would run a part of the graph and silently drop the rest.
    return { is: 'refused', error: refusalFailure(refusalSchema.parse({ node_errors: errors }), input), promptId };
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
 * Looks for a prompt whose submission had no clear answer, until the prompt is found or has been absent long enough.
 * @returns the server's id of the prompt.
 */
async function findSubmitted(
  server: ServerContext,
  promptId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { api, timings } = server;
  const grace = createGracePeriod(timings.away);
  let absentSince: number | undefined;
  for (;;) {
    const found = await grace.try(async () => {
      const { state } = await findPrompt(server, promptId, signal);
      return state === 'absent' ? findServerPromptIds(api, new Set([promptId]), signal) : [promptId];
    });
    if (found?.[0] !== undefined) return found[0];
    if (found === undefined) absentSince = undefined;
    else absentSince ??= performance.now();
    if (absentSince !== undefined && performance.now() - absentSince >= timings.settle) return undefined;
    await pause(Math.min(timings.poll, timings.settle / 3), signal);
  }
}

/**
 * Posts a prompt. After an unclear answer (timeout, reset, 5xx) it looks for the prompt before it posts again. `number`
 * is never set: two waiting prompts with the same id and number kill ComfyUI's worker thread, because it then compares
 * their graphs.
 * @returns the server's id of the prompt: old servers ignore our id and make their own.
 * @throws {AppError} a refusal (permanent), `comfyui_unavailable` if nothing was sent, `comfyui_lost`,
 * `comfyui_failed`; the signal's reason as soon as it aborts. The caller then waits for the submission that
 * `onSubmission` reported.
 */
export async function submitPrompt(
  server: ServerContext,
  prompt: { promptId: string; graph: Graph; input: ComfyuiInput; mark: Mark },
  { signal, onSubmission }: { signal: AbortSignal; onSubmission: (submission: Submission) => void },
): Promise<string> {
  const { promptId, graph, input, mark } = prompt;
  const body = {
    prompt: graph,
    prompt_id: promptId,
    client_id: promptId,
    extra_data: { ...markedData(mark), preview_method: server.previewMethod },
  };
  let cause = '';
  for (let post = 0; post < MOST_POSTS; post++) {
    const sent = server.api.submit(body, undefined).then((answer) => readAnswer(answer, input), readFailure);
    const submission: Submission = { settled: Promise.resolve(), clear: false };
    submission.settled = sent.then(
      (outcome) => {
        submission.clear = outcome.is !== 'unclear' || outcome.isOver === true;
        if ('promptId' in outcome && outcome.promptId !== promptId) submission.serverId = outcome.promptId;
        return undefined;
      },
      () => undefined,
    );
    onSubmission(submission);
    const outcome = await untilAborted(sent, signal);
    if (outcome.is === 'accepted') return outcome.promptId;
    if (outcome.is === 'refused') throw outcome.error;
    if (outcome.is === 'not sent')
      throw new AppError('comfyui_unavailable', `${server.http.shown}: ${messageOf(outcome.cause)}`);
    cause = outcome.cause;
    server.logger.warn(`ComfyUI gave no clear answer to a submission (${cause}); looking for ${promptId}`);
    const found = await findSubmitted(server, promptId, signal);
    if (found !== undefined) return found;
    submission.clear = true;
  }
  throw new AppError('comfyui_failed', `it does not accept the graph (${cause})`);
}

/** Rejects with the reason as soon as the signal aborts; `work` continues. */
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
