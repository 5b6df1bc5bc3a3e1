import { hashInput } from '../../assets/manifest.ts';
import { AppError, messageOf } from '../../errors.ts';
import { unavailable } from './client/connection-failure.ts';
import { wholeResult } from './results/deliver.ts';
import { isContextFault } from './prompt/end.ts';
import type { Engine, Phase, Server } from './context.ts';
import { removePartials } from './results/fetch-files.ts';
import type { FollowControl } from './prompt/follow.ts';
import type { ComfyuiControl, ComfyuiJob, ComfyuiResult } from './job.ts';
import type { Mark } from './prompt/mark.ts';
import { type NoteBook, openNotes } from './manifest.ts';
import { knownPromptIds } from './prompt/find-earlier.ts';
import { sweep } from './prompt/cancel-strays.ts';
import { abilitiesOf } from './server/versions.ts';
import { withdraw } from './prompt/cancel-prompt.ts';
import { type Posted, work } from './work.ts';

const has = (error: unknown, ...codes: AppError['code'][]): error is AppError =>
  error instanceof AppError && codes.includes(error.code);

export async function greet({ api }: Engine, signal: AbortSignal | undefined): Promise<Server> {
  const { version } = await api.systemStats(signal);
  return { version, abilities: abilitiesOf(version) };
}

/** Cancels all that this task has on ComfyUI and waits until it is gone. */
async function withdrawAll(engine: Engine, server: Server, job: ComfyuiJob, book: NoteBook, posted: Posted) {
  const ids = new Set(posted.keys());
  // Those of this attempt are known, so they are told at once; earlier ones have to be found.
  const first = [...ids].map((id) => withdraw(engine, server, id, posted.get(id)));
  const known = new Set(knownPromptIds(job, book.notes.prompts));
  const queue = await engine.api.queue(undefined).catch((error: unknown) => {
    engine.logger.warn(`ComfyUI could not be asked for earlier work of ${job.taskId}: ${messageOf(error)}`);
    return { running: [], pending: [] };
  });
  const rest = [...queue.running, ...queue.pending].filter(
    ({ promptId, mark }) => !ids.has(promptId) && (known.has(promptId) || mark?.taskId === job.taskId),
  );
  await Promise.all([...first, ...rest.map(({ promptId }) => withdraw(engine, server, promptId))]);
}

/** What a restart may mend; the attempt is over all the same. */
export async function mend(engine: Engine, error: unknown, signal: AbortSignal): Promise<void> {
  if (has(error, 'comfyui_frozen', 'comfyui_stalled') || isContextFault(error))
    await engine.restart((error as AppError).message, signal);
}

/**
 * One attempt of a task: takes what is there already, on disk or on ComfyUI, and does only what is not.
 * @throws {AppError} of the catalogue; the reason of `signal` or `leave`.
 */
export async function runJob(engine: Engine, job: ComfyuiJob, given: ComfyuiControl): Promise<ComfyuiResult> {
  const book = await openNotes(job.workDir, hashInput(job.input));
  const whole = await wholeResult(job, book);
  if (whole !== null) return whole;
  let phase: Phase | undefined;
  const signal = given.leave === undefined ? given.signal : AbortSignal.any([given.signal, given.leave]);
  const control: FollowControl = {
    signal,
    onProgress: (fraction, text) => given.onProgress?.(fraction, text),
    onPhase: (next) => {
      if (next !== phase) given.onPhase?.((phase = next));
    },
  };
  const posted: Posted = new Map();
  let server: Server | undefined;
  try {
    server = await greet(engine, signal);
    const { input } = book.notes;
    const isStray = ({ mark }: { mark: Mark | null }): boolean =>
      mark !== null && (mark.taskId !== job.taskId || mark.input !== input);
    await sweep(engine, server, isStray, control);
    return await work(engine, server, job, book, control, posted);
  } catch (error) {
    if (!signal.aborted) await mend(engine, error, signal);
    if (!signal.aborted) throw unavailable(error, engine.http.shown);
    if (!given.signal.aborted) throw signal.reason;
    control.onPhase('cancelling');
    server ??= await greet(engine, undefined).catch(() => undefined);
    if (server !== undefined) await withdrawAll(engine, server, job, book, posted);
    await removePartials(job.outputDir, job.taskId);
    throw given.signal.reason;
  }
}
