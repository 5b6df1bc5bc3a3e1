import { formatPath, sumUp } from '../contracts/fields.ts';
import { AppError, ERRORS, type ErrorCode, type FieldError } from '../errors.ts';
import { kindProblem, type PlacedSource } from './place-sources.ts';
import type { ValidSource } from './read-source.ts';
import type { Fetched, SourceFetcher } from './source-fetcher.ts';

/** A valid source and its place. */
export interface WantedSource extends Pick<PlacedSource, 'path' | 'accepts' | 'mayBeAway'> {
  source: ValidSource;
}

/** The path of a file that stands in the place of a source; null if the task is to be done without it. */
export interface PlacedFile {
  path: readonly PropertyKey[];
  file: string | null;
}

/** The part of an error's message that concerns one field. */
const detailOf = ({ code, message }: AppError): string => {
  const { message: general } = ERRORS[code];
  return message.startsWith(`${general}: `) ? message.slice(general.length + 2) : message;
};

type Failure = FieldError & { code: ErrorCode };

/** What is wrong with a source; undefined if its file can be used. */
function failureOf({ path, accepts }: WantedSource, fetched: Fetched): Failure | undefined {
  const at = { path: formatPath(path) };
  if ('error' in fetched) return { ...at, code: fetched.error.code, message: detailOf(fetched.error) };
  const problem = kindProblem(accepts, fetched.kind);
  return problem === undefined ? undefined : { ...at, code: 'source_type_refused', message: problem };
}

/** @throws {AppError} with all failures; its code is theirs if all have the same. */
function throwAll(failures: readonly Failure[]): void {
  const [first] = failures;
  if (first === undefined) return;
  const isOne = failures.every(({ code }) => code === first.code);
  const fields = failures.map(({ path, message }) => ({ path, message }));
  throw new AppError(isOne ? first.code : 'invalid_request', sumUp(fields), { fields });
}

/** Equal sources are fetched once. */
function unique(sources: readonly WantedSource[]) {
  const places = new Map<string | Uint8Array, number>();
  const wanted: ValidSource[] = [];
  const indexes = sources.map(({ source }) => {
    const key = 'address' in source ? source.address : source.bytes;
    const index = places.get(key) ?? wanted.push(source) - 1;
    places.set(key, index);
    return index;
  });
  return { wanted, indexes };
}

/**
 * Fetches the sources of one request.
 * @returns the files for their places, and a warning for each that the task is to be done without.
 * @throws {AppError} the errors of all sources, with their fields; the errors of {@link SourceFetcher}
 */
export async function fetchPlaced(
  fetcher: Pick<SourceFetcher, 'fetch'>,
  sources: readonly WantedSource[],
  options: Parameters<SourceFetcher['fetch']>[1],
): Promise<{ placed: PlacedFile[]; warnings: string[] }> {
  const { wanted, indexes } = unique(sources);
  const fetched = await fetcher.fetch(wanted, options);
  const results = sources.map((source, place) => {
    const result = fetched[indexes[place] ?? 0] ?? { error: new AppError('internal_error') };
    const failure = failureOf(source, result);
    return { ...source, failure, file: 'error' in result || failure !== undefined ? null : result.path };
  });
  throwAll(results.flatMap(({ failure, mayBeAway }) => (failure === undefined || mayBeAway === true ? [] : failure)));
  return {
    placed: results.map(({ path, file }) => ({ path, file })),
    warnings: results.flatMap(({ failure }) => (failure === undefined ? [] : `${failure.path}: ${failure.message}`)),
  };
}
