import { fieldErrors } from '../../contracts/fields.ts';
import { misplacedFields } from '../../contracts/misplaced-fields.ts';
import { PIPELINE, type TaskType } from '../../contracts/names.ts';
import { didYouMean } from '../../contracts/nearest.ts';
import { envelopeSchema } from '../../contracts/task.ts';
import { AppError } from '../../errors.ts';
import type { Prepared, Prepares } from '../../prepare/prepare.ts';
import { prepareUnfetched } from '../../prepare/prepare-unfetched.ts';
import type { PlacedSource } from '../../sources/place-sources.ts';
import { allowedDefault, codeOfDenied, deniedGraph, deniedPriority, NO_LIMITS } from '../key-limits.ts';
import { refusal } from '../refusal.ts';
import { fetchable, type FoundSource, sourceProblems, sourcesOfTask } from '../request-sources.ts';
import type { CheckedTask, CheckOptions, ChecksDeps } from './checks.ts';
import { addressErrors, labelsOf, pastWarnings, runSecondsErrors, timeErrors } from './labels.ts';

/** Checks a payload even if the rest of the request is wrong, so that all errors are reported at once. */
async function prepared(
  prepare: Prepares,
  taskId: string,
  { body, sources }: { body: unknown; sources: readonly PlacedSource[] },
): Promise<Prepared<TaskType>> {
  const { task_type: type, payload } = (body ?? {}) as { task_type?: unknown; payload?: unknown };
  const known = envelopeSchema.shape.task_type.safeParse(type).data;
  if (known === undefined || typeof payload !== 'object' || payload === null) return { input: undefined, errors: [] };
  const places = sources.map(({ path, standIn }) => ({ path: path.slice(1), standIn }));
  return prepareUnfetched(prepare[known], taskId, { payload, places });
}

/**
 * Refuses a pipeline that was sent as a task; otherwise the error would be a missing task type. @throws {AppError}
 * `invalid_request`
 */
function refusePipeline(body: unknown): void {
  const { task_type: type, steps } = (body ?? {}) as { task_type?: unknown; steps?: unknown };
  const path = Array.isArray(steps) ? 'steps' : 'task_type';
  if (Array.isArray(steps) || type === PIPELINE)
    throw refusal([{ path, message: 'send a pipeline, which is a list of steps, to POST /submit_pipeline' }]);
}

/**
 * Checks a task.
 * @returns the sources whose files are needed first, if it names some and all else is right.
 * @throws {AppError} its errors.
 */
export async function checkTask(
  deps: ChecksDeps,
  body: unknown,
  { taskId, isPlaced, limits = NO_LIMITS }: CheckOptions,
): Promise<CheckedTask | FoundSource[]> {
  refusePipeline(body);
  const { prepare, mostRunSeconds } = deps;
  const envelope = envelopeSchema.safeParse(body);
  const wrong = envelope.success
    ? [
        ...runSecondsErrors(envelope.data.timeouts, 'timeouts', mostRunSeconds),
        ...timeErrors(envelope.data),
        ...addressErrors(envelope.data, deps),
      ]
    : fieldErrors(envelope.error).map(({ path, message }) => ({ path, message: message + didYouMean(body, path) }));
  const sent = (body ?? {}) as { task_type?: unknown; payload?: unknown; priority?: unknown };
  const type = envelopeSchema.shape.task_type.safeParse(sent.task_type).data;
  const asked = envelopeSchema.shape.priority.safeParse(sent.priority).data ?? 0;
  const priority = allowedDefault(sent.priority, asked, limits.maxPriority);
  const denied = [
    ...deniedPriority(priority, limits.maxPriority, 'priority'),
    ...deniedGraph({ taskType: type, payload: sent.payload }, limits.ownGraphs, 'payload'),
  ];
  const sources = isPlaced ? [] : await sourcesOfTask(deps.filePlaces, body);
  const payload = await prepared(prepare, taskId, { body, sources });
  const errors = [...wrong, ...sourceProblems(sources), ...payload.errors, ...denied];
  const warnings = [...misplacedFields(type, body), ...(payload.warnings ?? [])];
  if (errors.length > 0 || !envelope.success)
    throw refusal(errors, codeOfDenied(errors, denied) ?? ('code' in payload ? payload.code : undefined), warnings);
  if (sources.length > 0) return fetchable(sources);
  // Without errors there is always an input.
  if (payload.input === undefined) throw new AppError('internal_error', 'a payload was neither refused nor prepared');
  const { task_type: taskType, timeouts = {} } = envelope.data;
  const { input, summary, details } = payload;
  warnings.push(...pastWarnings(envelope.data));
  return { ...labelsOf(envelope.data), taskType, priority, timeouts, input, summary, details, warnings };
}
