import type { PlacedFile } from '../../sources/fetch-placed.ts';
import { identify, type Submission } from '../idempotency.ts';
import { readJson } from '../read-json.ts';
import { type FoundSource, limited, placeFiles, type Unfetched } from '../request-sources.ts';
import { checkPipeline } from './check-pipeline.ts';
import { checkTask } from './check-task.ts';
import { checkTasks } from './check-tasks.ts';
import type { Checked, CheckOptions, Checks, ChecksDeps } from './checks.ts';
import { withIdentity } from './with-identity.ts';

type Check<C> = (deps: ChecksDeps, body: unknown, options: CheckOptions) => Promise<C | FoundSource[]>;

/** Creates the checks for the present thread. */
export function createChecks(deps: ChecksDeps): Checks {
  const checking =
    <C>(kind: string, check: Check<C>) =>
    async (
      bytes: Uint8Array,
      submission: Submission,
      placed?: readonly PlacedFile[],
    ): Promise<Checked<C> | Unfetched> => {
      const body = readJson(bytes);
      // A repeated request is the same request, whatever its addresses lead to.
      const identity = identify(kind, body, submission);
      placeFiles(body, placed);
      const { taskId } = identity;
      const options = { taskId, isPlaced: placed !== undefined, limits: submission.limits };
      const found = await withIdentity(identity, check(deps, body, options));
      return Array.isArray(found) ? { body: bytes, sources: limited(found) } : found;
    };
  return {
    task: checking('task', checkTask),
    pipeline: checking('pipeline', checkPipeline),
    tasks: (bytes, submission, placed) => checkTasks(deps, bytes, submission, placed),
  };
}
