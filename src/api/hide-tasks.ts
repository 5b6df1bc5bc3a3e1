import { AppError } from '../errors.ts';
import { maySee } from './caller.ts';
import { taskIdOf } from './handlers/task-id.ts';
import { nobodysId } from './nobodys-id.ts';
import { isAboutTask, type Route } from './route.ts';

export interface HideTasksDeps {
  /** See `createReadOwner`. */
  readOwner: (taskId: string) => Promise<string | null | undefined>;
}

/**
 * Guards a route about one task: if the task belongs to another client, the answer is that of an unknown id, also while
 * a database is away, so that nobody learns which ids exist. An admin sees every task, and is not delayed.
 */
export function hideTasks(route: Route, { readOwner }: HideTasksDeps): Route {
  if (!isAboutTask(route)) return route;
  return {
    ...route,
    handler: async (request) => {
      const { params, caller } = request;
      if (caller.role !== 'admin') {
        const taskId = taskIdOf(params);
        const owner = await readOwner(taskId);
        if (owner === undefined || !maySee(caller, owner)) {
          if (owner !== undefined) await readOwner(nobodysId(taskId));
          throw new AppError('task_not_found', taskId);
        }
      }
      return route.handler(request);
    },
  };
}
