import { AppError, type ErrorBody } from '../errors.ts';
import type { DescribedTask } from '../status/describe-task.ts';
import type { TaskFilters, TaskPage } from '../status/list-tasks.ts';
import type { RunPlace } from '../temporal/list-runs.ts';

/** The result of a cancel by filters. */
export interface CancelledTasks {
  cancelled: string[];
  failed: { taskId: string; error: ErrorBody }[];
  /** Whether more matching tasks may remain. */
  more: boolean;
}

const PAGE = 50;
/** The most tasks that one call cancels. */
export const MOST_CANCELLED = 1000;
const LONGEST_MS = 20_000;

/**
 * Cancels the waiting tasks that match the filters. A task that begins meanwhile continues. @throws {AppError} the
 * errors of a list.
 */
export function createCancelTasks(deps: {
  listTasks: (filters: TaskFilters, after: RunPlace | null, limit: number) => Promise<TaskPage>;
  describe: (taskId: string) => Promise<DescribedTask | null>;
  cancelTask: (taskId: string) => Promise<unknown>;
  now: () => Date;
}): (filters: TaskFilters) => Promise<CancelledTasks> {
  const cancelOne = async (taskId: string): Promise<'cancelled' | 'not waiting' | ErrorBody> => {
    try {
      const task = await deps.describe(taskId);
      if (task?.record.status !== 'pending') return 'not waiting';
      await deps.cancelTask(taskId);
      return 'cancelled';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return error.code === 'task_over' || error.code === 'task_not_found' ? 'not waiting' : error.body;
    }
  };
  return async (filters) => {
    const until = deps.now().getTime() + LONGEST_MS;
    const result: CancelledTasks = { cancelled: [], failed: [], more: false };
    let after: RunPlace | null = null;
    do {
      const page: TaskPage = await deps.listTasks({ ...filters, status: 'pending' }, after, PAGE);
      const outcomes = await Promise.all(page.tasks.map(({ taskId }) => cancelOne(taskId)));
      for (const [index, outcome] of outcomes.entries()) {
        const taskId = page.tasks[index]?.taskId ?? '';
        if (outcome === 'cancelled') result.cancelled.push(taskId);
        else if (outcome !== 'not waiting') result.failed.push({ taskId, error: outcome });
      }
      after = page.next;
      result.more = after !== null;
    } while (after !== null && result.cancelled.length < MOST_CANCELLED && deps.now().getTime() < until);
    return result;
  };
}
