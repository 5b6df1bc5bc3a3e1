import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../../host/json-file.ts';
import { writeFileDurably } from '../../assets/work-folder.ts';

const remoteFile = z.object({ node: z.string(), filename: z.string(), subfolder: z.string(), type: z.string() });
const localFile = remoteFile.extend({
  file: z.string(),
  kind: z.enum(['image', 'video', 'audio', '3d', 'text', 'other']),
  sizeBytes: z.number(),
  /** In hexadecimal. Manifests of earlier versions lack it. */
  sha256: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  durationSeconds: z.number().optional(),
});
const finished = z.object({
  promptId: z.string(),
  texts: z.array(z.object({ node: z.string(), text: z.string() })),
  cached: z.boolean(),
});

const contentSchema = z.object({
  /** Hash of the task's input. A manifest of another input is ignored. */
  input: z.string(),
  /** Every prompt that was posted or was about to be posted, newest last. */
  prompts: z.array(z.string()),
  /**
   * The outputs of a prompt that ended well. With them the driver need not query ComfyUI again, even if it has
   * forgotten the prompt.
   */
  ended: finished.extend({ files: z.array(remoteFile) }).optional(),
  /** The complete result on our disk. */
  result: finished.extend({ files: z.array(localFile) }).optional(),
});
type Content = z.infer<typeof contentSchema>;

/** A file of a result on our disk, with its name on ComfyUI's disk. */
export type ComfyuiFile = z.infer<typeof localFile>;
/** The outputs of a prompt that ended well and are not downloaded yet. */
export type EndedPrompt = NonNullable<Content['ended']>;
export type StoredResult = NonNullable<Content['result']>;

/** `comfyui.json` in a task's work folder. An attempt writes here for the next one before it acts. */
export interface ComfyuiManifest {
  readonly content: Readonly<Content>;
  /** The change is synced to disk when this resolves. */
  update(change: Partial<Omit<Content, 'input'>>): Promise<void>;
}

/** Opens the manifest, or begins a new one if there is none for this input (a hash). */
export async function openManifest(workDir: string, input: string): Promise<ComfyuiManifest> {
  const file = path.join(workDir, 'comfyui.json');
  const parsed = contentSchema.safeParse(await readJson(file));
  let content: Content = parsed.success && parsed.data.input === input ? parsed.data : { input, prompts: [] };
  return {
    get content() {
      return content;
    },
    async update(change) {
      content = { ...content, ...change };
      await writeFileDurably(file, JSON.stringify(content, null, 2));
    },
  };
}
