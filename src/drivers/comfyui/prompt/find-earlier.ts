import type { Queued } from '../client/api.ts';
import type { Engine, Server } from '../context.ts';
import { endFailure } from './end.ts';
import type { ComfyuiJob } from '../job.ts';
import { type Ended, look } from './prompt-state.ts';
import type { NoteBook } from '../manifest.ts';
import { secondPromptId } from './prompt-id.ts';
import { serverIds } from './server-prompt-ids.ts';

/** Work of this task that is on ComfyUI already. */
export interface Earlier {
  promptId: string;
  /** Null while it waits or runs. */
  end: Ended | null;
}

/** Every id under which this task may have posted, newest first. */
export function knownPromptIds(job: ComfyuiJob, noted: readonly string[]): string[] {
  const derived = [job.promptId, ...job.earlierPromptIds].flatMap((id) => [secondPromptId(id), id]);
  return [...new Set([...noted.toReversed(), ...derived])];
}

/**
 * Looks for what earlier attempts left: a prompt that ended well is to be fetched, one that runs or waits to be followed. Ends that allow
 * another try are cleared away.
 * @throws {AppError} of a prompt that failed for good while nobody listened: it need not fail again.
 */
export async function findEarlier(
  engine: Engine,
  server: Server,
  job: ComfyuiJob,
  book: NoteBook,
  signal: AbortSignal,
): Promise<{ best: Earlier | null; spare: string[] }> {
  const { running, pending } = await engine.api.queue(signal);
  const isOurs = ({ mark }: Queued): boolean => mark?.taskId === job.taskId && mark.input === book.notes.input;
  const queued = [...running, ...pending].filter(isOurs).map(({ promptId }) => promptId);
  const found: Earlier[] = [];
  const consider = async (promptId: string): Promise<void> => {
    const sight = await look(engine.api, server.abilities, promptId, signal);
    if (sight.state === 'absent') return;
    if (sight.state !== 'ended') {
      found.push({ promptId, end: null });
      return;
    }
    const failure = endFailure(sight);
    if (failure === null) found.unshift({ promptId, end: sight });
    else {
      await clearAway(engine, book, promptId);
      if (failure.entry.class === 'permanent') throw failure;
    }
  };
  const noted = new Set(book.notes.prompts);
  for (const promptId of new Set([...queued, ...knownPromptIds(job, book.notes.prompts)])) await consider(promptId);
  // Posted, or about to be, and nowhere under its id: the server may have given it one of its own, and it may have ended since.
  if (found.length === 0 && noted.size > 0)
    for (const promptId of await serverIds(engine.api, noted, signal)) await consider(promptId);
  const [best = null, ...others] = found;
  if (best !== null) engine.logger.info(`Found earlier work on ComfyUI: ${best.promptId}`);
  return { best, spare: others.filter(({ end }) => end === null).map(({ promptId }) => promptId) };
}

/** Forgets a prompt that is of no more use, on ComfyUI and in the notes: a retry by an operator must not find its old failure. */
export async function clearAway(engine: Engine, book: NoteBook, promptId: string): Promise<void> {
  await engine.api.forget(promptId, undefined).catch(() => undefined);
  await book.write({ prompts: book.notes.prompts.filter((id) => id !== promptId), ended: undefined });
}
