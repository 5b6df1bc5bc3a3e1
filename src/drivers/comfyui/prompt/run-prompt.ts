import { AppError } from '../../../errors.ts';
import type { Engine, Server } from '../context.ts';
import { type FollowControl, follow, listen } from './follow.ts';
import { attemptFolder, attemptGraph } from './attempt-graph.ts';
import type { ComfyuiJob } from '../job.ts';
import type { Ended } from './prompt-state.ts';
import type { NoteBook } from '../manifest.ts';
import { submit } from './submit.ts';
import { uploadAll } from './uploads.ts';
import { type Submission, withdraw } from './cancel-prompt.ts';

/** A socket that takes longer to open is not waited for. */
const SOCKET_PATIENCE = 1000;

/** Follows a prompt that is on ComfyUI already. */
export async function attach(
  engine: Engine,
  server: Server,
  job: ComfyuiJob,
  promptId: string,
  control: FollowControl,
): Promise<Ended> {
  const listener = listen(engine, promptId, job.input.graph, control);
  try {
    return await follow(engine, server, promptId, listener, control);
  } finally {
    await listener.socket.close();
  }
}

/**
 * Uploads, posts and follows a prompt to its end; the id that it answers is the server's. Ours is in the notes before anything is sent.
 * @throws {AppError} what `uploadAll`, `submit` and `follow` throw; the signal's reason.
 */
export async function post(
  engine: Engine,
  server: Server,
  job: ComfyuiJob,
  book: NoteBook,
  promptId: string,
  control: FollowControl & { watch: (promptId: string, submission: Submission) => void },
): Promise<{ promptId: string; end: Ended }> {
  const { input, taskId } = job;
  const folder = attemptFolder(taskId, promptId);
  if (input.uploads.length > 0) control.onPhase('uploading');
  const uploaded = await uploadAll(engine, input.uploads, folder, control.signal);
  const graph = attemptGraph(input.graph, { folder, uploaded });
  await book.write({ prompts: [...book.notes.prompts, promptId] });
  const listener = listen(engine, promptId, input.graph, control);
  try {
    await listener.socket.ready(SOCKET_PATIENCE);
    control.signal.throwIfAborted();
    let submission: Submission | undefined;
    const prompt = { promptId, graph, input, mark: { taskId, input: book.notes.input } };
    let serverId: string;
    try {
      serverId = await submit(engine, server, prompt, {
        signal: control.signal,
        watch: (one) => control.watch(promptId, (submission = one)),
      });
    } catch (error) {
      // A part of a refused graph may be in the queue.
      if (error instanceof AppError && error.entry.class === 'permanent')
        await withdraw(engine, server, promptId, submission);
      throw error;
    }
    if (serverId !== promptId) {
      await book.write({ prompts: [...book.notes.prompts, serverId] });
      listener.rename(serverId);
    }
    control.onPhase('queued');
    return { promptId: serverId, end: await follow(engine, server, serverId, listener, control) };
  } finally {
    await listener.socket.close();
  }
}
