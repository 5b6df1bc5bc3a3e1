import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { assetUrl } from '../assets/describe-file.ts';
import { assetRoot, type AssetFolder } from '../assets/paths.ts';
import { AppError } from '../errors.ts';
import { isPrivate } from './client-path.ts';
import { findFile, readFacts } from './find-file.ts';

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
  /** Where the next page begins; null: this is the last one. */
  next: string | null;
}

export interface ListQuery {
  /** Only files whose paths begin so, relative to ASSET_PATH. */
  prefix: string;
  /** Only files whose paths come later. */
  after: string;
  limit: number;
}

/** Behind every path in a folder. */
const LAST = '\uffff';
/** A page ends after the folder in which so many entries were read, full or not. */
const MOST_READ = 50_000;
/** Entries of one folder that are kept in memory at once. */
const KEPT = 2000;
const BATCH = 500;
/** Files that are looked into at once. */
const AT_ONCE = 16;

/** What a page has come to. */
interface Walk {
  root: string;
  prefix: string;
  /** Everything up to here is done with. */
  at: string;
  read: number;
  /** Which of the paths are links, until they are looked at. */
  links: Set<string>;
}

/** Whether some file below a folder can be on the page. @param folder ends with a slash */
const mayHold = ({ prefix, at }: Walk, folder: string): boolean =>
  folder + LAST > at && (folder.startsWith(prefix) || prefix.startsWith(folder));

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/**
 * The first paths of a folder that are not done with, in their order: files, links, and folders with a slash at their
 * ends. Reads the whole folder, and keeps few of its names.
 */
async function firstEntries(walk: Walk, folder: string): Promise<{ entries: string[]; isAll: boolean }> {
  const entries: string[] = [];
  let isAll = true;
  const cut = (): void => {
    entries.sort(byCodeUnits);
    if (entries.length > KEPT) isAll = false;
    entries.splice(KEPT);
  };
  // A folder that has gone, or that nobody may read, is empty.
  const directory = await opendir(path.join(walk.root, folder), { bufferSize: BATCH }).catch(() => undefined);
  for await (const entry of directory ?? []) {
    walk.read++;
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) continue;
    const found = `${folder}${entry.name}${isFolder ? '/' : ''}`;
    if (isPrivate(found)) continue;
    if (isFolder ? !mayHold(walk, found) : found <= walk.at || !found.startsWith(walk.prefix)) continue;
    entries.push(found);
    if (entry.isSymbolicLink()) walk.links.add(found);
    if (entries.length >= KEPT * 2) cut();
  }
  cut();
  return { entries, isAll };
}

/** The paths of files in their order. Ends when there are no more, or when much was read. */
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

/** Undefined for a link that leads nowhere or out, and for a file that has gone or cannot be read. */
async function describe(assets: AssetFolder, walk: Walk, relative: string): Promise<ListedFile | undefined> {
  try {
    const isLink = walk.links.delete(relative);
    const found = isLink ? await findFile(assets, relative) : await readFacts(relative, path.join(walk.root, relative));
    const { kind, contentType, sizeBytes, modifiedAt } = found;
    return {
      path: relative,
      url: assetUrl(relative),
      kind,
      content_type: contentType,
      size_bytes: sizeBytes,
      modified_at: modifiedAt.toISOString(),
    };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'file_not_found') throw error;
    return undefined;
  }
}

/**
 * The files under ASSET_PATH that are shown, by their paths in the order of code units. Links to folders are not
 * followed.
 */
export async function listFiles(assets: AssetFolder, { prefix, after, limit }: ListQuery): Promise<FilePage> {
  const walk: Walk = { root: await assetRoot(assets), prefix, at: after, read: 0, links: new Set() };
  const files: ListedFile[] = [];
  const paths = walkFolder(walk, '');
  for (;;) {
    const batch: string[] = [];
    let end: boolean | undefined;
    while (batch.length < Math.min(AT_ONCE, limit - files.length) && end === undefined) {
      const { done, value } = await paths.next();
      if (done === true) end = value;
      else batch.push(value);
    }
    const listed = await Promise.all(batch.map((relative) => describe(assets, walk, relative)));
    files.push(...listed.filter((one) => one !== undefined));
    if (end !== undefined) return { files, next: end ? null : walk.at };
    if (files.length === limit) return { files, next: walk.at };
  }
}
