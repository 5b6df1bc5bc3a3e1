import { fieldErrors } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { taskListSchema, type TaskListQuery } from '../../contracts/task-list.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { TaskFilters, TaskPage } from '../../status/list-tasks.ts';
import { listedBody } from '../../status/listed-body.ts';
import type { Caller } from '../caller.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

export interface ListTasksDeps {
  /** @throws when Temporal does not answer. */
  listTasks: (filters: TaskFilters, after: TaskPage['next'], limit: number) => Promise<TaskPage>;
}

const FIELDS = Object.keys(taskListSchema.shape);

const encodeCursor = ({ startedAt, runId }: NonNullable<TaskPage['next']>): string =>
  Buffer.from(JSON.stringify([startedAt, runId])).toString('base64url');

/** The last moment of the year 9999 but one: Temporal cannot read later times. */
const LATEST_MS = 253_402_300_799_998;

/** @throws {AppError} `invalid_request` */
function decodeCursor(cursor: string | undefined): TaskPage['next'] {
  if (cursor === undefined) return null;
  try {
    const [startedAt, runId] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof startedAt === 'number' && startedAt >= 0 && startedAt <= LATEST_MS && typeof runId === 'string')
      return { startedAt: Math.floor(startedAt), runId };
  } catch {
    // The cursor is not one of ours.
  }
  throw refusal([{ path: 'cursor', message: 'expected next_cursor of a page before' }]);
}

const time = (moment: string | undefined): number | undefined =>
  moment === undefined ? undefined : Date.parse(moment);

/** The filters of a query or of a body. */
export const filtersOf = (asked: Omit<TaskListQuery, 'limit' | 'cursor'>): TaskFilters => ({
  status: asked.status,
  taskType: asked.task_type,
  client: asked.client,
  tag: asked.tag,
  pipeline: asked.pipeline === 'none' ? null : asked.pipeline,
  since: time(asked.since),
  until: time(asked.until),
  errorCode: asked.error_code,
});

/** The same filters for a caller who sees only its own tasks; null if no task can match. */
export function onlyOwn(filters: TaskFilters, { role, name }: Caller): TaskFilters | null {
  if (role === 'admin') return filters;
  return filters.client === undefined || filters.client === name ? { ...filters, client: name } : null;
}

const NOTHING: TaskPage = { tasks: [], next: null };

/** Converts an error of the listing into an error for the client. @throws {AppError} */
export const refuseList = (error: unknown): never => {
  throw error instanceof AppError ? error : new AppError('tasks_unknown', messageOf(error), { cause: error });
};

/** `GET /tasks?status=failed&limit=20`: lists tasks, newest first. @throws {AppError} `tasks_unknown` */
export function createListTasksPage(deps: ListTasksDeps) {
  return async ({ query, caller }: ApiRequest): Promise<ApiResponse> => {
    const asked = taskListSchema.safeParse(query);
    const warnings = misspeltFields(query, FIELDS);
    if (!asked.success) throw refusal(fieldErrors(asked.error), undefined, warnings);
    const { limit, cursor } = asked.data;
    const after = decodeCursor(cursor);
    const filters = onlyOwn(filtersOf(asked.data), caller);
    if (filters === null) warnings.push('client: this API key sees only its own tasks');
    const page = filters === null ? NOTHING : await deps.listTasks(filters, after, limit).catch(refuseList);
    const { tasks, next } = page;
    const sent = Object.entries(query).filter(([name, value]) => typeof value === 'string' && FIELDS.includes(name));
    const pathOf = (more: [string, string][]): string => {
      const parts = new URLSearchParams([
        ...(sent.filter(([name]) => name !== 'cursor') as [string, string][]),
        ...more,
      ]);
      return parts.size === 0 ? '/tasks' : `/tasks?${parts.toString()}`;
    };
    const nextCursor = next === null ? null : encodeCursor(next);
    return {
      status: 200,
      body: {
        tasks: tasks.map(listedBody),
        next_cursor: nextCursor,
        links: {
          self: pathOf(cursor === undefined ? [] : [['cursor', cursor]]),
          ...(nextCursor === null ? {} : { next: pathOf([['cursor', nextCursor]]) }),
        },
        ...(warnings.length > 0 ? { warnings } : {}),
      },
    };
  };
}
