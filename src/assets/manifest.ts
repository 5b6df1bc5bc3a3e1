import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileDurably } from './work-folder.ts';

/**
 * `work/<task_id>/manifest.json`: what each attempt leaves, before it acts, for the next one.
 * An attempt without an end is one whose worker died.
 */
const manifestSchema = z.object({
  /** Hash of the task's input; another input makes the rest void. */
  input: z.string(),
  attempts: z.array(
    z.object({
      /** The workflow run it belongs to: a retry by an operator is a new run and counts from nothing. */
      run: z.string(),
      startedAt: z.string(),
      /** How it ended. `released`: given back by a polite shutdown, which is nobody's failure. */
      end: z.enum(['failed', 'released', 'completed']).optional(),
      cause: z.string().optional(),
    }),
  ),
  /** The finished result. */
  result: z.record(z.string(), z.unknown()).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

const fileOf = (folder: string): string => path.join(folder, 'manifest.json');

export const hashInput = (input: unknown): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');

/** The manifest in a task's work folder, or a new one when there is none for this input. */
export async function readManifest(folder: string, input: string): Promise<Manifest> {
  const parsed = manifestSchema.safeParse(await readJson(fileOf(folder)));
  return parsed.success && parsed.data.input === input ? parsed.data : { input, attempts: [] };
}

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFileDurably(fileOf(folder), JSON.stringify(manifest, null, 2));

/** The attempts of a run that ended without a result, polite shutdowns left out. */
export const unfinishedAttempts = (manifest: Manifest, run: string): Manifest['attempts'] =>
  manifest.attempts.filter((attempt) => attempt.run === run && (attempt.end === undefined || attempt.end === 'failed'));
