import { stat } from 'node:fs/promises';
import { AppError } from '../../../errors.ts';
import { readOutputs } from '../prompt/end.ts';
import type { Engine } from '../context.ts';
import { fetchFiles } from './fetch-files.ts';
import type { FollowControl } from '../prompt/follow.ts';
import type { ComfyuiJob, ComfyuiResult } from '../job.ts';
import type { Ended } from '../prompt/prompt-state.ts';
import type { EndedNote, NoteBook, ResultNote } from '../manifest.ts';
import { clearAway } from '../prompt/find-earlier.ts';

const isGone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'comfyui_output_lost' || error.code === 'comfyui_no_output');

/** A noted result counts only while all of its files are there, whole. */
async function isWhole({ files }: ResultNote): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(({ file }) =>
      stat(file).then(
        ({ size }) => size,
        () => null,
      ),
    ),
  );
  return files.every(({ sizeBytes }, index) => sizes[index] === sizeBytes);
}

/** The result in the notes, if it is whole. */
export async function wholeResult(job: ComfyuiJob, { notes }: NoteBook): Promise<ComfyuiResult | null> {
  return notes.result !== undefined && (await isWhole(notes.result)) ? { ...notes.result, seed: job.input.seed } : null;
}

/** Fetching what a prompt has made. In every case ComfyUI's history entry goes only after the result is on disk, or found to be of no use. */
export function createDelivery(engine: Engine, job: ComfyuiJob, book: NoteBook, control: FollowControl) {
  async function fetchEnded(ended: EndedNote): Promise<ComfyuiResult> {
    control.onPhase('fetching');
    const { promptId, texts, cached } = ended;
    const result = { promptId, texts, cached, files: await fetchFiles(engine, ended.files, job, control.signal) };
    await book.write({ result });
    await engine.api.forget(promptId, undefined).catch(() => undefined);
    return { ...result, seed: job.input.seed };
  }

  return {
    /** What an earlier attempt noted: on a server that lost its memory the files may still be there, or not. Null when not. */
    async fetchNoted(): Promise<ComfyuiResult | null> {
      const { ended } = book.notes;
      if (ended === undefined) return null;
      try {
        return await fetchEnded(ended);
      } catch (error) {
        if (!isGone(error)) throw error;
        await clearAway(engine, book, ended.promptId);
        return null;
      }
    },

    /** @throws {AppError} `comfyui_no_output`, `comfyui_output_lost`, `comfyui_lost`. */
    async deliver(promptId: string, end: Ended): Promise<ComfyuiResult> {
      try {
        const ended = readOutputs(promptId, job.input, end);
        await book.write({ ended });
        return await fetchEnded(ended);
      } catch (error) {
        if (isGone(error)) await clearAway(engine, book, promptId);
        throw error;
      }
    },
  };
}
