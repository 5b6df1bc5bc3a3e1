import { AppError } from '../../../errors.ts';
import type { Attempt } from '../job.ts';
import { attemptFolder, attemptGraph } from './attempt-graph.ts';
import { cancelPrompt } from './cancel-prompt.ts';
import type { EarlierPrompt } from './find-earlier.ts';
import { followPrompt } from './follow.ts';
import { listenToPrompt } from './listen.ts';
import type { PromptEnd } from './prompt-state.ts';
import { type Submission, submitPrompt } from './submit.ts';
import { uploadAll } from './uploads.ts';

/** In milliseconds, the longest wait for the socket to open. */
const SOCKET_PATIENCE = 1000;

/** A prompt that ended, with the server's id. */
export interface EndedPromptRun {
  promptId: string;
  end: PromptEnd;
}

/** Follows a prompt that is already on ComfyUI to its end. */
export async function attachToPrompt(attempt: Attempt, earlier: EarlierPrompt): Promise<EndedPromptRun> {
  const { promptId, clientId, end } = earlier;
  if (end !== null) return { promptId, end };
  const listener = listenToPrompt(attempt, { promptId, clientId });
  try {
    return { promptId, end: await followPrompt(attempt, promptId, listener) };
  } finally {
    await listener.socket.close();
  }
}

/**
 * Uploads, posts and follows a prompt to its end. Our id is in the manifest before anything is sent.
 * @throws {AppError} the errors of `uploadAll`, `submitPrompt` and `followPrompt`; the signal's reason.
 */
export async function runPrompt(attempt: Attempt, promptId: string): Promise<EndedPromptRun> {
  const { job, manifest, signal, onPhase } = attempt;
  const { input, taskId } = job;
  const folder = attemptFolder(taskId, promptId);
  if (input.uploads.length > 0) onPhase('uploading');
  const uploaded = await uploadAll(attempt, folder);
  const graph = attemptGraph(input.graph, { folder, uploaded });
  const noteInManifest = (id: string) => manifest.update({ prompts: [...manifest.content.prompts, id] });
  await noteInManifest(promptId);
  // The socket opens before the prompt is posted, so that no event is missed.
  const listener = listenToPrompt(attempt, { promptId, clientId: promptId });
  try {
    await listener.socket.ready(SOCKET_PATIENCE);
    signal.throwIfAborted();
    const mark = { taskId, input: manifest.content.input };
    const serverId = await submitOrCancel(attempt, { promptId, graph, input, mark });
    if (serverId !== promptId) {
      await noteInManifest(serverId);
      listener.expect(serverId);
    }
    onPhase('queued');
    return { promptId: serverId, end: await followPrompt(attempt, serverId, listener) };
  } finally {
    await listener.socket.close();
  }
}

async function submitOrCancel(attempt: Attempt, prompt: Parameters<typeof submitPrompt>[1]): Promise<string> {
  const { submissions, signal } = attempt;
  let submission: Submission | undefined;
  try {
    const onSubmission = (one: Submission): void => {
      submission = one;
      submissions.set(prompt.promptId, one);
    };
    return await submitPrompt(attempt, prompt, { signal, onSubmission });
  } catch (error) {
    // A part of a refused graph may still be in the queue.
    if (error instanceof AppError && error.entry.class === 'permanent')
      await cancelPrompt(attempt, prompt.promptId, submission);
    throw error;
  }
}
