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

/** An attempt of a task: its run, and its number among all attempts of the task. */
export interface AttemptId {
  runId: string;
  attempt: number;
}

/** The manifest of a task, as one attempt writes it. Writes are done in order, one at a time. */
export interface AttemptManifest {
  id: AttemptId;
  /** When the first attempt of this run started, ISO 8601. */
  startedAt: string;
  /** Earlier attempts of the task, including those of earlier runs; newest first. */
  earlier: AttemptId[];
  /** Attempts of this run without progress, including this one while it has none. */
  fruitless(): AttemptEntry[];
  /** Attempts of this run since the last one with progress that an engine refused although it answered. */
  refused(): AttemptEntry[];
  /** Records the share of the work, 0–1, that the next attempt can reuse. */
  keep(fraction: number): void;
  end(how: 'failed' | 'released', cause: string, refused?: true): Promise<void>;
  finish(result: object): Promise<void>;
}

/** No reader needs older attempts. */
const MOST_ENTRIES = 50;
/** Progress is recorded only in these steps, because each write is synced to the disk. */
const KEEP_STEP = 0.05;

/** Final writes that are not on disk yet, by folder. A task that returns at once waits for its own write. */
const finishing = new Map<string, Promise<void>>();

const idOf = ({ run, number }: AttemptEntry): AttemptId => ({ runId: run, attempt: number });

/** Adds a new attempt to the manifest. The entry is on disk when this resolves. */
export async function openManifest(
  folder: string,
  manifest: Manifest,
  { run, startedAt }: { run: string; startedAt: string },
): Promise<AttemptManifest> {
  const before = manifest.attempts.slice(1 - MOST_ENTRIES);
  let entry: AttemptEntry = { number: (before.at(-1)?.number ?? 0) + 1, run, startedAt };
  let last: Promise<void> = Promise.resolve();
  const write = (change: Partial<AttemptEntry>, result?: object): Promise<void> => {
    entry = { ...entry, ...change };
    const next: Manifest = {
      ...manifest,
      attempts: [...before, entry],
      ...(result === undefined ? {} : { result: { ...result } }),
    };
    last = last.catch(() => undefined).then(() => writeManifest(folder, next));
    return last;
  };
  if (before.length > 0) await write({});
  else await beginManifest(folder, { ...manifest, attempts: [entry] });
  return {
    id: idOf(entry),
    startedAt: before.find((one) => one.run === run)?.startedAt ?? startedAt,
    earlier: before.map(idOf).toReversed(),
    fruitless: () => fruitlessAttempts([...before, entry], run),
    refused: () => refusedAttempts(before, run),
    keep(fraction) {
      // If this write fails, the next one contains the same; the end is recorded in any case.
      if (fraction >= (entry.kept ?? 0) + KEEP_STEP) void write({ kept: fraction }).catch(() => undefined);
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

/** The manifest of a task, and the result of an earlier attempt if all its files are still there. */
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
