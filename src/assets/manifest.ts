import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../host/json-file.ts';
import { createFileDurably, writeFileDurably } from './work-folder.ts';

const attemptSchema = z.object({
  /** Counts all attempts of the task, 1 first. */
  number: z.number(),
  /** Its workflow run. A retry by an operator is a new run and starts counting at zero. */
  run: z.string(),
  startedAt: z.string(),
  /** The share of the work, 0–1, that the next attempt can reuse. */
  kept: z.number().optional(),
  /** How it ended. `released`: handed back, which is not a failure. Absent if its worker died. */
  end: z.enum(['failed', 'released', 'completed']).optional(),
  cause: z.string().optional(),
  /** Whether it was handed back because of its engine, although the engine answered. */
  refused: z.boolean().optional(),
});
export type AttemptEntry = z.infer<typeof attemptSchema>;

/** `work/<task_id>/manifest.json`. Each attempt writes here, before it acts, for the next one. */
const manifestSchema = z.object({
  /** Hash of the task's input. With another input, the rest is ignored. */
  input: z.string(),
  /** The latest ones, oldest first. */
  attempts: z.array(attemptSchema),
  /** The finished result. */
  result: z.record(z.string(), z.unknown()).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

const fileOf = (folder: string): string => path.join(folder, 'manifest.json');

export const hashInput = (input: unknown): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');

/** The attempts in a manifest that was read, whatever their input; none in what is no manifest. */
export const attemptsIn = (manifest: unknown): AttemptEntry[] =>
  manifestSchema.safeParse(manifest).data?.attempts ?? [];

/** The result in a manifest that was read, whatever its input; undefined in what is no manifest. */
export const resultIn = (manifest: unknown): Record<string, unknown> | undefined =>
  manifestSchema.safeParse(manifest).data?.result;

/** The manifest in a task's work folder, or a new one if there is none for this input. */
export async function readManifest(folder: string, input: string): Promise<Manifest> {
  const parsed = manifestSchema.safeParse(await readJson(fileOf(folder)));
  return parsed.success && parsed.data.input === input ? parsed.data : { input, attempts: [] };
}

/** The first entry of a task delays its start, so it is written the fast way. An incomplete manifest counts as none. */
export const beginManifest = (folder: string, manifest: Manifest): Promise<void> =>
  createFileDurably(fileOf(folder), JSON.stringify(manifest, null, 2)).catch((error: unknown) => {
    // A manifest exists: it is incomplete, or for another input.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return writeManifest(folder, manifest);
    throw error;
  });

export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeFileDurably(fileOf(folder), JSON.stringify(manifest, null, 2));

/** The least progress that counts as getting further, as a share of the whole. */
const LEAST_PROGRESS = 0.01;

/** The attempts of a run since the last one that got further than all earlier ones. */
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
 * The attempts of a run without a result since the last one that got further than all earlier ones. Attempts that were
 * handed back are ignored.
 */
export const fruitlessAttempts = (attempts: readonly AttemptEntry[], run: string): AttemptEntry[] =>
  sinceProgress(attempts, run).filter(({ end }) => end === undefined || end === 'failed');

/** Of these attempts, those that were handed back because of an engine that answered. */
export const refusedAttempts = (attempts: readonly AttemptEntry[], run: string): AttemptEntry[] =>
  sinceProgress(attempts, run).filter(({ refused }) => refused === true);
