import { AppError } from '../../errors.ts';
import { createRefuseBad } from '../refuse-bad.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { createAccept, sourcedChecksOf, submissionOf } from './accept.ts';
import { taskOf, type SubmitTaskDeps } from './submit-task.ts';

/**
 * `POST /submit_tasks`: submits up to 200 tasks and checks all of them before the first one starts. The answer has one
 * entry for each, in order. Tasks are started one after another, so that they enter the queue in order. If one cannot
 * be started, the later ones are not tried.
 */
export function createSubmitTasks(deps: SubmitTaskDeps) {
  const checks = sourcedChecksOf(deps);
  const accept = createAccept(deps);
  const refuseBad = createRefuseBad(deps);

  return async (request: ApiRequest): Promise<ApiResponse> => {
    const { items, warnings } = await checks.tasks(
      request.body as Uint8Array,
      submissionOf(deps, request),
      request.closed,
    );
    await refuseBad(items.flatMap((item, index) => ('refused' in item ? [{ index, ...item }] : [])));
    const tasks: object[] = [];
    /** Why the later tasks are not tried. */
    let stopped: AppError | undefined;
    for (const item of items) {
      if (stopped !== undefined) {
        tasks.push({ status: 'refused', error: stopped.body });
        continue;
      }
      try {
        const { body, headers } = await accept(request, item, (checked, identity) =>
          taskOf(deps, request, checked, identity),
        );
        tasks.push({ ...(body as object), ...(headers === undefined ? {} : { replayed: true }) });
      } catch (error) {
        // Nothing was accepted, so the whole request is refused.
        if (!(error instanceof AppError) || (tasks.length === 0 && error.code !== 'idempotency_key_reused'))
          throw error;
        tasks.push({ status: 'refused', error: error.body, ...error.extra });
        if (error.code !== 'idempotency_key_reused')
          stopped = error.code === 'acceptance_unknown' ? new AppError('temporal_unavailable') : error;
      }
    }
    return { status: 200, body: { tasks, ...(warnings.length > 0 ? { warnings } : {}) } };
  };
}
