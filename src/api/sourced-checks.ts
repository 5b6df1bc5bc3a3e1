import { AppError } from '../errors.ts';
import { fetchPlaced, type PlacedFile } from '../sources/fetch-placed.ts';
import type { SourceFetcher } from '../sources/source-fetcher.ts';
import type { Checked, CheckedPipeline, CheckedTask, CheckedTasks, Checks } from './checks/checks.ts';
import type { Submission } from './idempotency.ts';
import { createRefuseBad, type RefuseBadDeps } from './refuse-bad.ts';
import type { FoundSource, Unfetched } from './request-sources.ts';

export interface SourcedChecksDeps extends RefuseBadDeps {
  checks: Checks;
  /** Absent: nothing is fetched, and only paths are allowed. */
  fetcher?: Pick<SourceFetcher, 'fetch'> | undefined;
}

/** The checks of requests whose sources are fetched in between. */
export interface SourcedChecks {
  /** @param closed aborts when the client is gone. */
  task: (body: Uint8Array, submission: Submission, closed?: AbortSignal) => Promise<Checked<CheckedTask>>;
  pipeline: (body: Uint8Array, submission: Submission, closed?: AbortSignal) => Promise<Checked<CheckedPipeline>>;
  tasks: (body: Uint8Array, submission: Submission, closed?: AbortSignal) => Promise<CheckedTasks>;
}

const warnOne = (found: Checked<CheckedTask | CheckedPipeline>, warnings: readonly string[]): void => {
  if ('checked' in found) found.checked.warnings.push(...warnings);
};

/**
 * Adds the fetching of sources to the checks of requests: a request that names some is checked again with the paths of
 * their files. Nothing is fetched for a request that was accepted before, or that is
 * refused whatever its files are.
 */
export function createSourcedChecks({ checks, fetcher, findAccepted }: SourcedChecksDeps): SourcedChecks {
  const refuseBad = createRefuseBad({ findAccepted });

  async function withoutAccepted(sources: readonly FoundSource[]): Promise<FoundSource[]> {
    const ids = [...new Set(sources.flatMap(({ taskId }) => taskId ?? []))];
    const found = await Promise.all(ids.map(async (id) => ((await findAccepted(id)) === null ? [] : [id])));
    const accepted = new Set(found.flat());
    return sources.filter(({ taskId }) => taskId === undefined || !accepted.has(taskId));
  }

  async function placeAll(
    found: readonly FoundSource[],
    { key, address = '' }: Submission,
    signal: AbortSignal | undefined,
  ): Promise<{ placed: PlacedFile[]; warnings: string[] }> {
    const sources = fetcher === undefined ? [] : await withoutAccepted(found);
    if (fetcher === undefined || sources.length === 0) return { placed: [], warnings: [] };
    try {
      return await fetchPlaced(fetcher, sources, { client: key ?? address, signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      throw new AppError('malformed_request', 'the client closed the connection', { cause: error });
    }
  }

  type Check<R> = (body: Uint8Array, submission: Submission, placed?: readonly PlacedFile[]) => Promise<R | Unfetched>;

  /** @param warn adds warnings to a result. */
  const sourced =
    <R extends object>(check: Check<R>, warn: (result: R, warnings: readonly string[]) => void) =>
    async (body: Uint8Array, submission: Submission, closed?: AbortSignal): Promise<R> => {
      const found = await check(body, submission);
      if (!('sources' in found)) return found;
      await refuseBad(found.refused ?? []);
      const { placed, warnings } = await placeAll(found.sources, submission, closed);
      const checked = await check(found.body, submission, placed);
      if ('sources' in checked) throw new AppError('internal_error', 'a request has sources after all were fetched');
      warn(checked, warnings);
      return checked;
    };
  return {
    task: sourced(checks.task, warnOne),
    pipeline: sourced(checks.pipeline, warnOne),
    tasks: sourced(checks.tasks, (found, warnings) => void found.warnings.push(...warnings)),
  };
}
