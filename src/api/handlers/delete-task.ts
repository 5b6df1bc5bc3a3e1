import { fieldErrors } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { deleteQuerySchema } from '../../contracts/task-list.ts';
import type { Logger } from '../../logging.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';

export interface DeleteTaskDeps {
  /** @throws {AppError} `task_not_found`, `task_not_over`, `operation_unavailable` */
  deleteTask: (
    taskId: string,
    options: { files: boolean },
  ) => Promise<{ taskIds: string[]; filesRemoved: string[]; filesKept: string[] }>;
  logger: Logger;
}

/** `DELETE /tasks/{task_id}?files=true`: deletes a task that has ended, and its outputs on request. */
export function createDeleteTaskPage(deps: DeleteTaskDeps) {
  return async ({ params, query, client }: ApiRequest): Promise<ApiResponse> => {
    const taskId = taskIdOf(params);
    const asked = deleteQuerySchema.safeParse(query);
    const warnings = misspeltFields(query, Object.keys(deleteQuerySchema.shape));
    if (!asked.success) throw refusal(fieldErrors(asked.error), undefined, warnings);
    const { taskIds, filesRemoved, filesKept } = await deps.deleteTask(taskId, { files: asked.data.files ?? false });
    deps.logger.info(`🗑️ Deleted by ${client}: ${taskId} (${taskIds.length} tasks, ${filesRemoved.length} files)`);
    return {
      status: 200,
      body: {
        task_id: taskId,
        deleted: taskIds,
        files_removed: filesRemoved,
        files_kept: filesKept,
        ...(warnings.length > 0 ? { warnings } : {}),
      },
    };
  };
}
