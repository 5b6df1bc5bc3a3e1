import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileDurably } from '../../assets/work-folder.ts';

const remoteFile = z.object({ node: z.string(), filename: z.string(), subfolder: z.string(), type: z.string() });
const texts = z.array(z.object({ node: z.string(), text: z.string() }));
const localFile = z.object({
  file: z.string(),
  kind: z.enum(['image', 'video', 'audio', '3d', 'text', 'other']),
  node: z.string(),
  sizeBytes: z.number(),
  width: z.number().optional(),
  height: z.number().optional(),
  durationSeconds: z.number().optional(),
  filename: z.string(),
  subfolder: z.string(),
  type: z.string(),
});

const notesSchema = z.object({
  /** Hash of the task's input; notes of another input are void. */
  input: z.string(),
  /** Every prompt that was, or was about to be, posted. Newest last. */
  prompts: z.array(z.string()),
  /** What a prompt that ran to its end has made: it need not be asked for again, even when ComfyUI forgot it. */
  ended: z.object({ promptId: z.string(), files: z.array(remoteFile), texts, cached: z.boolean() }).optional(),
  /** The whole result, on disk. */
  result: z.object({ promptId: z.string(), files: z.array(localFile), texts, cached: z.boolean() }).optional(),
});
type Notes = z.infer<typeof notesSchema>;

/** A file of a result on our disk, and how ComfyUI had named it. */
export type ComfyuiFile = z.infer<typeof localFile>;
export type EndedNote = NonNullable<Notes['ended']>;
export type ResultNote = NonNullable<Notes['result']>;

export interface NoteBook {
  readonly notes: Readonly<Notes>;
  /** On disk, synced, when it resolves. */
  write(change: Partial<Omit<Notes, 'input'>>): Promise<void>;
}

/** `comfyui.json` in a task's work folder: what an attempt leaves for the next one before it acts. */
export async function openNotes(workDir: string, input: string): Promise<NoteBook> {
  const file = path.join(workDir, 'comfyui.json');
  const parsed = notesSchema.safeParse(await readJson(file));
  let notes: Notes = parsed.success && parsed.data.input === input ? parsed.data : { input, prompts: [] };
  return {
    get notes() {
      return notes;
    },
    async write(change) {
      notes = { ...notes, ...change };
      await writeFileDurably(file, JSON.stringify(notes, null, 2));
    },
  };
}
