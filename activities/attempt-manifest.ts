import { stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type AttemptEntry,
  beginManifest,
  fruitlessAttempts,
  refusedAttempts,
  type Manifest,
  readManifest,
  writeManifest,
} from '../src/assets/manifest.ts';

/** An attempt of a task: its run, and its place among all attempts of the task. */
export interface AttemptId {
  runId: string;
  attempt: number;
}

/** The manifest of a task as one attempt writes it. Writes follow each other; none overtakes another. */
export interface AttemptManifest {
  id: AttemptId;
  /** When the first attempt of this run began, ISO 8601. */
  startedAt: string;
  /** The task's earlier attempts, those of earlier runs among them, newest first. */
  earlier: AttemptId[];
  /** Attempts of this run without progress, this one among them if it has none. */
  fruitless(): AttemptEntry[];
  /** Earlier attempts of this run, since the last that got further, that its engine did not take although it answered. */
  refused(): AttemptEntry[];
  /** Notes how much of the work, 0–1, is kept for the next attempt whatever happens. */
  keep(fraction: number): void;
  end(how: 'failed' | 'released', cause: string, refused?: true): Promise<void>;
  finish(result: object): Promise<void>;
}

/** As many as any reader looks back at. */
const MOST_ENTRIES = 50;
/** Noted again when so much more is done; each note is a synced file. */
const KEEP_STEP = 0.05;

/** Last notes on their way to the disk, by folder: a task that comes back at once waits for its own. */
const finishing = new Map<string, Promise<void>>();

const idOf = ({ run, number }: AttemptEntry): AttemptId => ({ runId: run, attempt: number });

/** Opens the book for a new attempt, which is noted on disk when this resolves. */
export async function openManifest(
  folder: string,
  manifest: Manifest,
  { run, startedAt }: { run: string; startedAt: string },
): Promise<AttemptManifest> {
  const before = manifest.attempts.slice(1 - MOST_ENTRIES);
  let note: AttemptEntry = { number: (before.at(-1)?.number ?? 0) + 1, run, startedAt };
  let last: Promise<void> = Promise.resolve();
  const write = (change: Partial<AttemptEntry>, result?: object): Promise<void> => {
    note = { ...note, ...change };
    const next: Manifest = {
      ...manifest,
      attempts: [...before, note],
      ...(result === undefined ? {} : { result: { ...result } }),
    };
    last = last.catch(() => undefined).then(() => writeManifest(folder, next));
    return last;
  };
  if (before.length > 0) await write({});
  else await beginManifest(folder, { ...manifest, attempts: [note] });
  return {
    id: idOf(note),
    startedAt: before.find((one) => one.run === run)?.startedAt ?? startedAt,
    earlier: before.map(idOf).toReversed(),
    fruitless: () => fruitlessAttempts([...before, note], run),
    refused: () => refusedAttempts(before, run),
    keep(fraction) {
      // A note that fails is made up for by the next one; the end is noted in any case.
      if (fraction >= (note.kept ?? 0) + KEEP_STEP) void write({ kept: fraction }).catch(() => undefined);
    },
    end: (how, cause, refused) => write({ end: how, cause, ...(refused === undefined ? {} : { refused }) }),
    finish(result) {
      const written = write({ end: 'completed' }, result).finally(() => finishing.delete(folder));
      finishing.set(folder, written);
      return written;
    },
  };
}

/** The files that a result names, with their sizes. */
function filesOf(result: Record<string, unknown>): { path: unknown; size: unknown }[] {
  const files = Array.isArray(result['files']) ? (result['files'] as Record<string, unknown>[]) : [];
  return [
    ...files.map((file) => ({ path: file['path'], size: file['size_bytes'] })),
    ...(result['output_path'] === undefined ? [] : [{ path: result['output_path'], size: result['size_bytes'] }]),
  ];
}

/** The result that an earlier attempt finished, if all its files are still there. */
export async function finishedResult(
  assetRoot: string,
  folder: string,
  input: string,
): Promise<{ manifest: Manifest; result?: Record<string, unknown> }> {
  await finishing.get(folder)?.catch(() => undefined);
  const manifest = await readManifest(folder, input);
  const { result, ...rest } = manifest;
  if (result === undefined) return { manifest };
  const there = await Promise.all(
    filesOf(result).map(async (file) => {
      const found = await stat(path.join(assetRoot, String(file.path))).catch(() => undefined);
      return found?.size === file.size;
    }),
  );
  return there.every(Boolean) ? { manifest, result } : { manifest: rest };
}
