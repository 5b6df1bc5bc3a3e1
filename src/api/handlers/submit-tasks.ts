import { AppError, type FieldError } from '../../errors.ts';
import type { CheckedTask, Checked } from '../checks/checks.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { createAccept, sourcedChecksOf, submissionOf } from './accept.ts';
import { taskOf, type SubmitTaskDeps } from './submit-task.ts';

/** The path in the request of a field of one of its tasks. */
const inItem = (index: number, path: string): string =>
  path === 'Idempotency-Key' ? path : `tasks[${index}]${path === '' ? '' : `.${path}`}`;

/** The errors of a task in the list. An error without fields concerns the whole task. */
const errorsOf = (index: number, { fields, message }: AppError): FieldError[] =>
  fields.length === 0
    ? [{ path: inItem(index, ''), message }]
    : fields.map((field) => ({ ...field, path: inItem(index, field.path) }));

const warningsOf = (index: number, { extra }: AppError): string[] =>
  ((extra['warnings'] ?? []) as string[]).map((warning) => `tasks[${index}].${warning}`);

/**
 * `POST /submit_tasks`: submits up to 200 tasks and checks all of them before the first one starts. The answer has one
 * entry for each, in order. Tasks are started one after another, so that they enter the queue in order. If one cannot
 * be started, the later ones are not tried.
 */
export function createSubmitTasks(deps: SubmitTaskDeps) {
  const checks = sourcedChecksOf(deps);
  const accept = createAccept(deps);

  /** @throws {AppError} `invalid_request` with all errors, unless the request was accepted before. */
  async function refuseBad(found: readonly Checked<CheckedTask>[]): Promise<void> {
    const refused = found.flatMap((one, index) => ('refused' in one ? [{ index, ...one }] : []));
    const bad: typeof refused = [];
    for (const one of refused) {
      const before = one.identity.fingerprint === undefined ? null : await deps.findAccepted(one.identity.taskId);
      if (before === null || before.fingerprint !== one.identity.fingerprint) bad.push(one);
    }
    if (bad.length === 0) return;
    throw refusal(
      bad.flatMap(({ index, refused: error }) => errorsOf(index, error)),
      'invalid_request',
      bad.flatMap(({ index, refused: error }) => warningsOf(index, error)),
    );
  }

  return async (request: ApiRequest): Promise<ApiResponse> => {
    const { items, warnings } = await checks.tasks(
      request.body as Uint8Array,
      submissionOf(deps, request),
      request.closed,
    );
    await refuseBad(items);
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
