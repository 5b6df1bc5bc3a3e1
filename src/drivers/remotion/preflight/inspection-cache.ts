import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../../../host/json-file.ts';
import { writeFileDurably } from '../../../assets/work-folder.ts';
import { inspect, type MediaInspection } from './inspect.ts';

/** Raise this when {@link inspect} returns other facts about the same file than before. */
const VERSION = 4;
const FILE = 'inspected.json';
const KEEP_MS = 30 * 24 * 3600 * 1000;
/** A file that changed this recently may change again without new times. */
const SETTLED_MS = 2000;

interface Entry {
  /** Facts of the file system that change with the content. */
  stamp: string;
  usedAt: number;
  inspection: MediaInspection;
}

export interface InspectionCache {
  /** The inspection of a file, from the cache unless the file has changed. */
  inspect(file: string, signal: AbortSignal): Promise<MediaInspection>;
  save(): Promise<void>;
}

function entriesOf(stored: unknown): Map<string, Entry> {
  const { version, entries } = (stored ?? {}) as { version?: unknown; entries?: Record<string, Entry> };
  return new Map(version === VERSION ? Object.entries(entries ?? {}) : []);
}

/**
 * Stores inspections in one file of `folder`, so that a large file is not read again for each attempt and film. It is
 * only a cache: if two processes save at the same time, one of them loses its new entries.
 */
export async function openInspectionCache(folder: string, now: () => Date): Promise<InspectionCache> {
  const store = path.join(folder, FILE);
  const entries = entriesOf(await readJson(store));
  return {
    async inspect(file, signal) {
      const { size, mtimeMs, ctimeMs, ino } = await stat(file);
      const stamp = [size, mtimeMs, ctimeMs, ino].join(' ');
      const usedAt = now().getTime();
      const known = entries.get(file);
      const inspection = known?.stamp === stamp ? known.inspection : await inspect(file, signal);
      if (usedAt - ctimeMs >= SETTLED_MS) entries.set(file, { stamp, usedAt, inspection });
      return inspection;
    },
    async save() {
      const oldest = now().getTime() - KEEP_MS;
      const kept = [...entries].filter(([, { usedAt }]) => usedAt >= oldest);
      await writeFileDurably(store, JSON.stringify({ version: VERSION, entries: Object.fromEntries(kept) }));
    },
  };
}
