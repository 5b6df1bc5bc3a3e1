import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { assetUrl } from '../assets/describe-file.ts';
import { assetRoot, type AssetFolder } from '../assets/paths.ts';
import { AppError } from '../errors.ts';
import { isPrivate } from './client-path.ts';
import { findFile } from './find-file.ts';

export interface ListedFile {
  path: string;
  url: string;
  kind: string;
  content_type: string;
  size_bytes: number;
  /** ISO 8601, UTC. */
  modified_at: string;
}

export interface FilePage {
  files: ListedFile[];
  /** The start of the next page; null on the last page. */
  next: string | null;
}

export interface ListQuery {
  /** Only files whose paths, relative to ASSET_PATH, have this prefix. */
  prefix: string;
  /** Only files whose paths are later in the order. */
  after: string;
  limit: number;
}

/** Sorts after every path in a folder. */
const LAST = '\uffff';
/** A page ends after the folder in which this many entries were read, even if it is not full. */
const MOST_READ = 50_000;
/** The number of entries of one folder that are kept in memory. */
const KEPT = 2000;
const BATCH = 500;

/** The state of a page. */
interface Walk {
  root: string;
  prefix: string;
  /** All paths up to here are done. */
  at: string;
  read: number;
}

/** Whether files below a folder can be on the page. @param folder ends with a slash */
const mayHold = ({ prefix, at }: Walk, folder: string): boolean =>
  folder + LAST > at && (folder.startsWith(prefix) || prefix.startsWith(folder));

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/**
 * The first remaining paths of a folder, in order: files, links, and folders with a final slash. Reads the whole
 * folder, but keeps few of its names.
 */
async function firstEntries(walk: Walk, folder: string): Promise<{ entries: string[]; isAll: boolean }> {
  const entries: string[] = [];
  let isAll = true;
  const cut = (): void => {
    entries.sort(byCodeUnits);
    if (entries.length > KEPT) isAll = false;
    entries.splice(KEPT);
  };
  // A folder that is gone or unreadable counts as empty.
  const directory = await opendir(path.join(walk.root, folder), { bufferSize: BATCH }).catch(() => undefined);
  for await (const entry of directory ?? []) {
    walk.read++;
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) continue;
    const found = `${folder}${entry.name}${isFolder ? '/' : ''}`;
    if (isPrivate(found)) continue;
    if (isFolder ? !mayHold(walk, found) : found <= walk.at || !found.startsWith(walk.prefix)) continue;
    entries.push(found);
    if (entries.length >= KEPT * 2) cut();
  }
  cut();
  return { entries, isAll };
}

/** Yields the paths of files in order. Ends after the last one, or when the read limit is reached. */
async function* walkFolder(walk: Walk, folder: string): AsyncGenerator<string, boolean> {
  for (;;) {
    const { entries, isAll } = await firstEntries(walk, folder);
    for (const entry of entries) {
      if (!entry.endsWith('/')) {
        walk.at = entry;
        yield entry;
        continue;
      }
      if (!(yield* walkFolder(walk, entry))) return false;
      walk.at = entry + LAST;
      if (walk.read > MOST_READ) return false;
    }
    if (isAll) return true;
  }
}

/** Undefined for a broken link, a link that leads outside, and a file that is gone meanwhile. */
async function describe(assets: AssetFolder, relative: string): Promise<ListedFile | undefined> {
  try {
    const { kind, contentType, sizeBytes, modifiedAt } = await findFile(assets, relative);
    return {
      path: relative,
      url: assetUrl(relative),
      kind,
      content_type: contentType,
      size_bytes: sizeBytes,
      modified_at: modifiedAt.toISOString(),
    };
  } catch (error) {
    if (error instanceof AppError && error.code === 'file_not_found') return undefined;
    throw error;
  }
}

/** Lists the public files under ASSET_PATH by path, in the order of code units. Links to folders are not followed. */
export async function listFiles(assets: AssetFolder, { prefix, after, limit }: ListQuery): Promise<FilePage> {
  const walk: Walk = { root: await assetRoot(assets), prefix, at: after, read: 0 };
  const files: ListedFile[] = [];
  const paths = walkFolder(walk, '');
  for (;;) {
    const { done, value } = await paths.next();
    if (done === true) return { files, next: value ? null : walk.at };
    const listed = await describe(assets, value);
    if (listed !== undefined) files.push(listed);
    if (files.length === limit) return { files, next: walk.at };
  }
}
