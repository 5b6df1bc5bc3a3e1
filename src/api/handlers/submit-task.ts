import { isTaskType, PIPELINE, QUEUES, type TaskType } from '../../contracts/names.ts';
import type { PipelineInput } from '../../contracts/pipeline.ts';
import { fieldErrors } from '../../contracts/fields.ts';
import { didYouMean } from '../../contracts/nearest.ts';
import { envelopeSchema, type TaskInput } from '../../contracts/task.ts';
import { AppError, type FieldError } from '../../errors.ts';
import { type Logger } from '../../logging.ts';
import type { Prepared, Prepares } from '../../prepare/prepare.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

/** What accepting a task and accepting a pipeline have in common. */
export interface AcceptDeps {
  prepare: Prepares;
  /** Starts the workflow; see `startTask` for what it throws. `details` is Markdown for the Web UI, `client` whose it is. */
  startTask: (taskId: string, task: TaskInput | PipelineInput, details: string, client: string) => Promise<void>;
  /** Whether a client may queue one more task now. @throws {AppError} `too_many_queued` */
  admit: (client: string, taskId: string) => Promise<void>;
  /** Records that it was accepted, unless something is recorded already. Its failure does not matter. */
  recordPending: (taskId: string, task: TaskInput | PipelineInput) => Promise<unknown>;
  /** A new v4 uuid. */
  newTaskId: () => string;
  now: () => Date;
  /** The longest run of one attempt that a client may ask for. */
  mostRunSeconds: number;
  logger: Logger;
}

/** @param path of the timeouts in the request. */
export const runSecondsErrors = (
  timeouts: { run_seconds?: number | undefined } | undefined,
  path: string,
  most: number,
): FieldError[] =>
  (timeouts?.run_seconds ?? 0) > most
    ? [
        {
          path: `${path}.run_seconds`,
          message: `expected at most ${most} seconds, the limit that the operator has set (MAX_RUN_SECONDS)`,
        },
      ]
    : [];

export interface SubmitTaskDeps extends AcceptDeps {
  runSeconds: Readonly<Record<TaskType, number>>;
  queueSeconds: Readonly<Record<TaskType, number | undefined>>;
}

/** Looks at a payload even when the rest of the request is wrong, so that all errors are told at once. */
async function prepared(deps: SubmitTaskDeps, taskId: string, body: unknown): Promise<Prepared<TaskType>> {
  const { task_type: type, payload } = (body ?? {}) as { task_type?: unknown; payload?: unknown };
  if (typeof type !== 'string' || !isTaskType(type) || typeof payload !== 'object' || payload === null)
    return { input: undefined, errors: [] };
  return deps.prepare[type](taskId, payload);
}

/** A pipeline that was sent here, which would be told to be a task without a type. @throws {AppError} `invalid_request` */
function refusePipeline(body: unknown): void {
  const { task_type: type, steps } = (body ?? {}) as { task_type?: unknown; steps?: unknown };
  const path = Array.isArray(steps) ? 'steps' : 'task_type';
  if (Array.isArray(steps) || type === PIPELINE)
    throw refusal([{ path, message: 'a pipeline, which is a list of steps, goes to POST /submit_pipeline' }]);
}

/** `POST /submit_task`: validates everything, starts the workflow, answers `{"status":"queued","task_id"}`. */
export function createSubmitTask(deps: SubmitTaskDeps) {
  return async ({ body, client, key }: ApiRequest): Promise<ApiResponse> => {
    refusePipeline(body);
    const envelope = envelopeSchema.safeParse(body);
    const taskId = deps.newTaskId();
    const payload = await prepared(deps, taskId, body);
    const errors = [
      ...(envelope.success
        ? runSecondsErrors(envelope.data.timeouts, 'timeouts', deps.mostRunSeconds)
        : fieldErrors(envelope.error).map(({ path, message }) => ({
            path,
            message: message + didYouMean(body, path),
          }))),
      ...payload.errors,
    ];
    if (errors.length > 0 || !envelope.success) throw refusal(errors, 'code' in payload ? payload.code : undefined);
    const { task_type: taskType, priority, timeouts = {} } = envelope.data;
    // Without errors there is an input.
    if (payload.input === undefined) throw new AppError('internal_error', 'a payload was neither refused nor prepared');

    const owner = key ?? envelope.data.client ?? client;
    await deps.admit(owner, taskId);
    const queueSeconds = timeouts.queue_seconds ?? deps.queueSeconds[taskType];
    const task = {
      taskType,
      priority,
      summary: payload.summary,
      acceptedAt: deps.now().toISOString(),
      gpuQueue: QUEUES.gpu,
      runSeconds: timeouts.run_seconds ?? deps.runSeconds[taskType],
      ...(queueSeconds === undefined ? {} : { queueSeconds }),
      input: payload.input,
    } as TaskInput;
    await deps.startTask(taskId, task, payload.details, owner);
    deps.logger.info(`📥 Queued: ${taskType} (ID: ${taskId}, priority ${priority})`);
    await deps.recordPending(taskId, task).catch(() => undefined);
    return { status: 200, body: { status: 'queued', task_id: taskId } };
  };
}
