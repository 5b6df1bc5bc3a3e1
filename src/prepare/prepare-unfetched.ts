import type { TaskType } from '../contracts/names.ts';
import { formatPath } from '../contracts/fields.ts';
import type { FilePlace } from '../sources/file-places.ts';
import { setAt } from '../sources/place-sources.ts';
import type { Prepare, Prepared } from './prepare.ts';

/** `a.b[0]` → `a`, `a.b`, `a.b[0]` */
const upTo = (path: string): string[] => [...path.matchAll(/[.[]|$/g)].map(({ index }) => path.slice(0, index));

/**
 * Checks a payload before the files of its sources are fetched: only what does not depend on them.
 * @param sent.payload its places are overwritten.
 * @param sent.places of its sources; none for a payload that is complete.
 */
export async function prepareUnfetched<T extends TaskType>(
  prepare: Prepare<T>,
  taskId: string,
  { payload, places }: { payload: object; places: readonly Pick<FilePlace, 'path' | 'standIn'>[] },
): Promise<Prepared<T>> {
  if (places.length === 0) return prepare(taskId, payload);
  // An object is no path, so it is refused where it stands, and nothing looks for its file.
  for (const { path, standIn = {} } of places) setAt(payload, path, standIn);
  const prepared = await prepare(taskId, payload);
  const unfetched = new Set(places.map(({ path }) => formatPath(['payload', ...path])));
  const errors = prepared.errors.filter(({ path }) => !upTo(path).some((place) => unfetched.has(place)));
  return { ...prepared, input: undefined, errors };
}
