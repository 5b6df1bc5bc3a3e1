import { fieldErrors } from '../../contracts/fields.ts';
import { didYouMean } from '../../contracts/nearest.ts';
import { cancelTasksSchema } from '../../contracts/task-list.ts';
import type { ErrorBody } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { TaskFilters } from '../../status/list-tasks.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { filtersOf, onlyOwn, refuseList } from './list-tasks.ts';

export interface CancelTasksDeps {
  /** Cancels the waiting tasks that match. @throws if Temporal does not answer. */
  cancelTasks: (
    filters: TaskFilters,
  ) => Promise<{ cancelled: string[]; failed: { taskId: string; error: ErrorBody }[]; more: boolean }>;
  logger: Logger;
}

const NOTHING = { cancelled: [], failed: [], more: false };
const FIELDS = Object.keys(cancelTasksSchema.shape);

/** If an unknown filter were ignored, the request would cancel too many tasks. */
const unknownFilters = (body: unknown) =>
  Object.keys(body ?? {})
    .filter((name) => !FIELDS.includes(name))
    .slice(0, 20)
    .map((path) => {
      const meant = FIELDS.map((name) => didYouMean({ [path]: 1 }, name)).find((words) => words !== '');
      return { path, message: `there is no filter of this name${meant ?? `; the filters are ${FIELDS.join(', ')}`}` };
    });

/** `POST /tasks/cancel`: cancels all waiting tasks that match the filters. */
export function createCancelTasksPage(deps: CancelTasksDeps) {
  return async ({ body, client, caller }: ApiRequest): Promise<ApiResponse> => {
    const asked = cancelTasksSchema.safeParse(body);
    const unknown = asked.success || typeof body === 'object' ? unknownFilters(body) : [];
    if (!asked.success) throw refusal([...unknown, ...fieldErrors(asked.error)]);
    const { all, ...filters } = asked.data;
    const isAny = Object.values(filters).some((value) => value !== undefined);
    const missing =
      isAny || all === true
        ? []
        : [{ path: 'all', message: 'expected a filter, or "all": true to cancel everything that waits' }];
    if (unknown.length + missing.length > 0) throw refusal([...unknown, ...missing]);
    // Steps are left out, because their pipeline would fail with them.
    const asFilters = filtersOf({ status: undefined, error_code: undefined, ...filters });
    const pipeline = filters.pipeline === undefined ? null : asFilters.pipeline;
    const which = onlyOwn({ ...asFilters, pipeline }, caller);
    const { cancelled, failed, more } = which === null ? NOTHING : await deps.cancelTasks(which).catch(refuseList);
    deps.logger.info(`⏹️ Cancelled by ${client}: ${cancelled.length} waiting tasks`);
    return {
      status: 200,
      body: {
        cancelled,
        failed: failed.map(({ taskId, error }) => ({ task_id: taskId, error })),
        more,
      },
    };
  };
}
