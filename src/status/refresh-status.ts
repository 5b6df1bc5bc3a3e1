import type { DescribedTask } from './describe-task.ts';
import { wholeRecord } from './read-status.ts';
import type { StatusRecord } from './record.ts';
import type { StatusStore } from './status-store.ts';

/**
 * Projects the present state of a task in Temporal, after a request changed the task. Redis may be away.
 * @returns the new record; null if there is no such task.
 * @throws when Temporal does not answer.
 */
export function createRefreshStatus(deps: {
  store: StatusStore;
  describe: (taskId: string) => Promise<DescribedTask | null>;
}): (taskId: string, more?: Partial<StatusRecord>) => Promise<StatusRecord | null> {
  return async (taskId, more = {}) => {
    const task = await deps.describe(taskId);
    if (task === null) return null;
    const record = { ...wholeRecord(task), ...more };
    const stored = await deps.store
      .write(taskId, task.version, { ...task.record, ...more })
      .then(() => deps.store.read(taskId))
      .catch(() => null);
    return stored ?? record;
  };
}
