import { formatPath } from '../contracts/fields.ts';
import { envelopeSchema } from '../contracts/task.ts';
import type { AppError, FieldError } from '../errors.ts';
import type { FilePlaces } from '../sources/file-places.ts';
import type { PlacedFile, WantedSource } from '../sources/fetch-placed.ts';
import { findSources, setAt, type PlacedSource } from '../sources/place-sources.ts';
import type { Identity } from './idempotency.ts';
import { refusal } from './refusal.ts';

/** A source in a request, which must be fetched before the request can be checked; its path is from the body. */
export interface FoundSource extends WantedSource {
  /** The id of its task if the request has an idempotency key: it may have been accepted before. */
  taskId?: string | undefined;
}

/** A task in a list that is not valid, whatever its files are. */
export interface RefusedItem {
  index: number;
  identity: Identity;
  refused: AppError;
}

/** The result of the first check of a request with sources. */
export interface Unfetched {
  body: Uint8Array;
  sources: readonly FoundSource[];
  /** Nothing is fetched for a list with such tasks, unless they were accepted before. */
  refused?: readonly RefusedItem[];
}

/** The most sources of one request. */
export const MOST_SOURCES = 200;

/** @throws {AppError} `invalid_request` if there are too many. */
export function limited(sources: readonly FoundSource[]): readonly FoundSource[] {
  if (sources.length <= MOST_SOURCES) return sources;
  const message = `expected at most ${MOST_SOURCES} addresses and files in one request; this one has ${sources.length}`;
  throw refusal([{ path: formatPath(sources[MOST_SOURCES]?.path ?? []), message }]);
}

/** The sources of a task, whether it is valid or not. */
export async function sourcesOfTask(filePlaces: FilePlaces | undefined, body: unknown): Promise<PlacedSource[]> {
  const { task_type: type, payload } = (body ?? {}) as { task_type?: unknown; payload?: unknown };
  const known = envelopeSchema.shape.task_type.safeParse(type).data;
  if (filePlaces === undefined || known === undefined || typeof payload !== 'object' || payload === null) return [];
  const sources = await findSources(filePlaces, known, payload);
  return sources.map((source) => ({ ...source, path: ['payload', ...source.path] }));
}

/** The errors of sources that are not valid. */
export const sourceProblems = (sources: readonly PlacedSource[]): FieldError[] =>
  sources.flatMap(({ path, source }) =>
    'problem' in source ? [{ path: formatPath(path), message: source.problem }] : [],
  );

/** The valid sources. */
export const fetchable = (sources: readonly PlacedSource[]): FoundSource[] =>
  sources.flatMap(({ path, accepts, mayBeAway, source }) =>
    'problem' in source ? [] : [{ path, accepts, source, mayBeAway: mayBeAway === true }],
  );

export const withTaskId = (sources: readonly FoundSource[], { taskId, fingerprint }: Identity): FoundSource[] =>
  fingerprint === undefined ? [...sources] : sources.map((source) => ({ ...source, taskId }));

/** The same sources in a request of which theirs is a part. */
export const sourcesBelow = (sources: readonly FoundSource[], at: readonly PropertyKey[]): FoundSource[] =>
  sources.map((source) => ({ ...source, path: [...at, ...source.path] }));

/** The files of a part of a request, with their paths in it. */
export const placedBelow = (placed: readonly PlacedFile[], at: readonly PropertyKey[]): PlacedFile[] =>
  placed.flatMap(({ path, file }) =>
    at.every((key, index) => path[index] === key) ? [{ path: path.slice(at.length), file }] : [],
  );

/** Puts paths in the places of sources. */
export function placeFiles(body: unknown, placed: readonly PlacedFile[] | undefined): void {
  for (const { path, file } of placed ?? []) setAt(body, path, file);
}
