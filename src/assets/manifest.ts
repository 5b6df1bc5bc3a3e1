import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../host/json-file.ts';
import { createFileDurably, writeFileDurably } from './work-folder.ts';

const attemptSchema = z.object({
  /** Counts all attempts of the task, 1 first. */
  number: z.number(),
  /** The workflow run it belongs to: a retry by an operator is a new run and counts from nothing. */
  run: z.string(),
  startedAt: z.string(),
  /** How much of the work, 0–1, the next attempt finds done. */
  kept: z.number().optional(),
  /** How it ended. `released`: given back, which is nobody's failure. Absent when its worker died. */
  end: z.enum(['failed', 'released', 'completed']).optional(),
  cause: z.string().optional(),
  /** It was given back for its engine, which yet answered as if it were there. */
  refused: z.boolean().optional(),
});
export type AttemptEntry = z.infer<typeof attemptSchema>;

/** `work/<task_id>/manifest.json`: what each attempt leaves, before it acts, for the next one. */
const manifestSchema = z.object({
  /** Hash of the task's input; another input makes the rest void. */
  input: z.string(),
  /** The latest ones, oldest first. */
  attempts: z.array(attemptSchema),
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

/** The first note of a task's first attempt stands between the task and its engine. Half a note counts as none. */
export const beginManifest = (folder: string, manifest: Manifest): Promise<void> =>
  createFileDurably(fileOf(folder), JSON.stringify(manifest, null, 2)).catch((error: unknown) => {
    // There is one after all: half of one, or of another input.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return writeManifest(folder, manifest);
    throw error;
  });

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFileDurably(fileOf(folder), JSON.stringify(manifest, null, 2));

/** What counts as getting further, in parts of the whole. */
const LEAST_PROGRESS = 0.01;

/** The attempts of a run since the last one that got further than all before it. */
function sinceProgress(attempts: readonly AttemptEntry[], run: string): AttemptEntry[] {
  let furthest = 0;
  let since: AttemptEntry[] = [];
  for (const attempt of attempts.filter((one) => one.run === run)) {
    const kept = attempt.kept ?? 0;
    const gotFurther = kept >= furthest + LEAST_PROGRESS;
    since = gotFurther ? [] : [...since, attempt];
    furthest = Math.max(furthest, kept);
  }
  return since;
}

/**
 * The attempts of a run that ended without a result since the last one that got further than all before it.
 * Those that were given back count neither way.
 */
export const fruitlessAttempts = (attempts: readonly AttemptEntry[], run: string): AttemptEntry[] =>
  sinceProgress(attempts, run).filter(({ end }) => end === undefined || end === 'failed');

/** Of the same attempts those that were given back for an engine that answered all the same. */
export const refusedAttempts = (attempts: readonly AttemptEntry[], run: string): AttemptEntry[] =>
  sinceProgress(attempts, run).filter(({ refused }) => refused === true);
